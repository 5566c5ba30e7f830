import { type Database, type ListPage, type OperationOf, pageOf, removeFrom, updateIn } from '@menshen/shared/storage'
import { note } from './activity.ts'
import { type Membership, membershipId, memberships, type Role, stillMember } from './memberships.ts'
import type { PageRequest } from './page-request.ts'
import { type Project, sameProject } from './projects.ts'
import { unassigning } from './task-store.ts'

/** Who takes part in projects; each change is one transaction, and gives nothing when its ground was taken away meanwhile. */
export interface MemberStore {
  find(projectId: string, sub: string): Promise<Membership | undefined>
  /** A page of the members, those first who are there longest. */
  page(projectId: string, page: PageRequest): Promise<ListPage<Membership>>
  /** Whether the project has no other owner than this member. To be asked after the project was read on which the change then rests. */
  isLastOwner(member: Membership): Promise<boolean>
  changeRole(by: Membership, project: Project, target: Membership, role: Role, at: number): Promise<Membership | undefined>
  handOver(owner: Membership, project: Project, to: Membership, at: number): Promise<Project | undefined>
  /** Removes a member, or lets one leave. */
  remove(by: Membership, project: Project, target: Membership, at: number): Promise<true | undefined>
}

export function createMemberStore(database: Database): MemberStore {
  const stored = database.collection(memberships)

  return {
    find: (projectId, sub) => stored.find({ id: membershipId(projectId, sub) }),

    async page(projectId, { limit, after }) {
      const order = { orderBy: 'createdAt', limit: limit + 1, ...(after && { after }) } as const
      return pageOf(await stored.list({ projectId }, order), limit, ({ createdAt, id }) => [createdAt, id])
    },

    async isLastOwner({ projectId, role }) {
      if (role !== 'owner') return false
      return (await stored.list({ projectId, role: 'owner' }, { orderBy: 'createdAt', limit: 2 })).length < 2
    },

    async changeRole(by, project, target, role, at) {
      const done = await database.transaction([
        sameProject(project),
        stillMember(by),
        withRole(target, role),
        note({ projectId: project.id, type: 'member.role_changed', actor: by.sub, person: target.sub, role, createdAt: at }),
      ])
      return done?.[2]
    },

    async handOver(owner, project, to, at) {
      const done = await database.transaction([
        sameProject(project),
        withRole(owner, 'editor'),
        withRole(to, 'owner'),
        note({ projectId: project.id, type: 'project.handed_over', actor: owner.sub, person: to.sub, createdAt: at }),
      ])
      return done?.[0]
    },

    async remove(by, project, target, at) {
      const left = by.sub === target.sub
      const unassigned = await unassigning(database, target)
      const happened = left ? { type: 'member.left' as const } : { type: 'member.removed' as const, person: target.sub }
      const done = await database.transaction([
        sameProject(project),
        ...(left ? [] : [stillMember(by)]),
        ...removalOf(target),
        ...unassigned,
        note({ projectId: project.id, actor: by.sub, createdAt: at, ...happened }),
      ])
      return done && true
    },
  }
}

/** Gives a member another role, unless it was given one meanwhile. */
export const withRole = ({ id, role, version }: Membership, to: Role): OperationOf<Membership> =>
  updateIn(memberships, { id, role, version }, { set: { role: to }, inc: { version: 1, changes: 1 } })

/** Fails when something was done under the membership, or to it, since it was read. */
export const removalOf = ({ id, changes }: Membership): OperationOf<unknown>[] => [
  updateIn(memberships, { id, changes }, { inc: { changes: 1 } }),
  removeFrom(memberships, { id }),
]
