import { type Database, insertInto, type ListPage, type OperationOf, pageOf, updateIn } from '@menshen/shared/storage'
import { note } from './activity.ts'
import { type Membership, membershipOf, memberships, type Role, stillMember } from './memberships.ts'
import type { PageRequest } from './page-request.ts'
import { type Project, projects } from './projects.ts'

export interface ListFilter {
  state?: Project['state'] | undefined
  role?: Role | undefined
}

/** A project, and what somebody is in it. */
type Part = { project: Project; member: Membership }

/** What people do to projects; each change is one transaction, and gives nothing when its ground was taken away meanwhile. */
export interface ProjectStore {
  /** A page of a person's memberships with their projects, the newest first: one list and a read for each item. */
  page(sub: string, filter: ListFilter, page: PageRequest): Promise<ListPage<Part>>
  find(id: string): Promise<Project | undefined>
  /** Founds a project with its members, whole; the first member founds it. @throws UniqueConflict when there is a project of this id. */
  found(project: Project, members: readonly { sub: string; role: Role }[], also?: readonly OperationOf<unknown>[]): Promise<void>
  change(
    member: Membership,
    version: number,
    set: Partial<Pick<Project, 'name' | 'description'>>,
    at: number,
  ): Promise<Project | undefined>
  /** Archives or restores it, and tells all memberships. */
  setState(member: Membership, project: Project, state: Project['state'], at: number): Promise<Project | undefined>
}

export function createProjectStore(database: Database): ProjectStore {
  const stored = database.collection(projects)
  const members = database.collection(memberships)

  return {
    async page(sub, filter, { limit, after }) {
      const wanted = { sub, ...(filter.state && { state: filter.state }), ...(filter.role && { role: filter.role }) }
      const order = { orderBy: 'createdAt', descending: true, limit: limit + 1, ...(after && { after }) } as const
      const { items, next } = pageOf(await members.list(wanted, order), limit, ({ createdAt, id }) => [createdAt, id])
      const found = await Promise.all(items.map(({ projectId }) => stored.find({ id: projectId })))
      const there = items.flatMap((member, i) => (found[i] ? [{ member, project: found[i] }] : [])) // one may be deleted just now
      return { items: there, next }
    },

    find: (id) => stored.find({ id }),

    async found(project, people, also = []) {
      const { id: projectId, createdAt } = project
      await database.transaction([
        insertInto(projects, project),
        ...people.map(({ sub, role }) => insertInto(memberships, membershipOf(project, sub, role, createdAt))),
        ...people.slice(0, 1).map(({ sub }) => note({ projectId, type: 'project.created', actor: sub, createdAt })),
        ...also,
      ])
    },

    async change(member, version, set, at) {
      const { projectId, sub: actor } = member
      const done = await database.transaction([
        updateIn(projects, { id: projectId, version }, { set: { ...set, updatedAt: at }, inc: { version: 1 } }),
        stillMember(member),
        note({ projectId, type: 'project.changed', actor, createdAt: at }),
      ])
      return done?.[0]
    },

    async setState(member, { id, version }, state, at) {
      const all = await members.list({ projectId: id })
      const type = state === 'archived' ? 'project.archived' : 'project.restored'
      const done = await database.transaction([
        updateIn(projects, { id, version }, { set: { state, updatedAt: at }, inc: { version: 1 } }),
        stillMember(member),
        note({ projectId: id, type, actor: member.sub, createdAt: at }),
        ...all.map((each) => updateIn(memberships, { id: each.id }, { set: { state } })),
      ])
      return done?.[0]
    },
  }
}
