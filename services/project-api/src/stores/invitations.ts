import {
  type Database,
  defineCollection,
  insertInto,
  type ListPage,
  type OperationOf,
  pageOf,
  removeFrom,
  updateIn,
} from '@menshen/shared/storage'
import { note } from './activity.ts'
import { type Membership, membershipOf, memberships, type Role, stillMember } from './memberships.ts'
import type { PageRequest } from './page-request.ts'
import { type Project, sameProject } from './projects.ts'

/** That a person may join a project; accepting or declining uses it up. */
export interface Invitation {
  id: string
  projectId: string
  /** Who is invited. */
  sub: string
  /** The user name of that person, when it was invited. */
  username: string
  role: Exclude<Role, 'owner'>
  /** The `sub` of who invited. */
  invitedBy: string
  createdAt: number
  /** Counts who tried to use it up; the first succeeds. */
  uses: number
}

export const invitations = defineCollection<Invitation>({
  name: 'invitations',
  key: 'id',
  unique: [['projectId', 'sub']],
  indexes: [
    ['sub', 'createdAt'],
    ['projectId', 'createdAt'],
  ],
})

/** Invitations; each change is one transaction, and gives nothing when its ground was taken away meanwhile. */
export interface InvitationStore {
  find(of: { id: string; sub: string } | { id: string; projectId: string }): Promise<Invitation | undefined>
  /** Of a project or of a person, the newest first. */
  page(of: { projectId: string } | { sub: string }, page: PageRequest): Promise<ListPage<Invitation>>
  /** Whether this person is invited, and how many take part or are invited. */
  standing(projectId: string, sub: string): Promise<{ member: boolean; invited: boolean; people: number }>
  create(invitation: Invitation, by: Membership, project: Project, once: OperationOf<unknown>[]): Promise<true | undefined>
  accept(invitation: Invitation, project: Project, at: number): Promise<{ project: Project; member: Membership } | undefined>
  decline(invitation: Invitation, at: number): Promise<true | undefined>
  withdraw(invitation: Invitation, by: Membership, at: number): Promise<true | undefined>
}

export function createInvitationStore(database: Database): InvitationStore {
  const stored = database.collection(invitations)
  const whole = async (operations: OperationOf<unknown>[]) => ((await database.transaction(operations)) ? true : undefined)

  return {
    find: (of) => stored.find(of),

    async page(of, { limit, after }) {
      const order = { orderBy: 'createdAt', descending: true, limit: limit + 1, ...(after && { after }) } as const
      return pageOf(await stored.list(of, order), limit, ({ createdAt, id }) => [createdAt, id])
    },

    async standing(projectId, sub) {
      const [members, invited] = await Promise.all([
        database.collection(memberships).list({ projectId }),
        stored.list({ projectId }),
      ])
      const isThem = (each: { sub: string }) => each.sub === sub
      return { member: members.some(isThem), invited: invited.some(isThem), people: members.length + invited.length }
    },

    create: (invitation, by, project, once) =>
      whole([
        sameProject(project),
        stillMember(by),
        insertInto(invitations, invitation),
        note({ ...concerning(invitation), type: 'member.invited', actor: by.sub, createdAt: invitation.createdAt }),
        ...once,
      ]),

    async accept(invitation, project, at) {
      const member = membershipOf(project, invitation.sub, invitation.role, at)
      const done = await database.transaction([
        sameProject(project),
        ...useUp(invitation),
        insertInto(memberships, member),
        note({ ...concerning(invitation), type: 'member.joined', actor: invitation.sub, createdAt: at }),
      ])
      return done && { project: done[0] as Project, member }
    },

    decline: (invitation, at) =>
      whole([
        ...useUp(invitation),
        note({ ...concerning(invitation), type: 'member.declined', actor: invitation.sub, createdAt: at }),
      ]),

    withdraw: (invitation, by, at) =>
      whole([
        ...useUp(invitation),
        stillMember(by),
        note({ ...concerning(invitation), type: 'invitation.withdrawn', actor: by.sub, createdAt: at }),
      ]),
  }
}

/** Of two that use it up one succeeds: a removal that finds nothing would not fail. */
const useUp = ({ id, uses }: Invitation): OperationOf<unknown>[] => [
  updateIn(invitations, { id, uses }, { inc: { uses: 1 } }),
  removeFrom(invitations, { id }),
]

const concerning = ({ projectId, sub, role }: Invitation) => ({ projectId, person: sub, role })
