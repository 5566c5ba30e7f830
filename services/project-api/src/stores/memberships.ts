import { defineCollection, type OperationOf, updateIn } from '@menshen/shared/storage'
import type { Project } from './projects.ts'

/** What a member of a project is. */
export const roles = ['owner', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

/**
 * That a person takes part in a project. Of the project it holds only what filters the list of a person's projects: the state, which changes seldom and
 * then in one transaction with the project. Names and the like are read from the projects of a page, one by one: a copy of them would have to follow
 * every change.
 */
export interface Membership {
  /** `projectId sub` */
  id: string
  projectId: string
  sub: string
  role: Role
  state: Project['state']
  createdAt: number
  /** Of the role. */
  version: number
  /** Counts what was done under this membership, and to it. */
  changes: number
}

export const memberships = defineCollection<Membership>({
  name: 'members',
  key: 'id',
  indexes: [
    ['sub', 'createdAt'],
    ['sub', 'state', 'createdAt'],
    ['sub', 'role', 'createdAt'],
    ['sub', 'state', 'role', 'createdAt'],
    ['projectId', 'createdAt'],
    ['projectId', 'role', 'createdAt'],
  ],
})

/** As many may take part in a project, with those who are invited: so a change of all of them fits into a transaction. */
export const MOST_MEMBERS = 100

export const membershipId = (projectId: string, sub: string): string => `${projectId} ${sub}`

/** A new membership. */
export const membershipOf = ({ id, state }: Project, sub: string, role: Role, createdAt: number): Membership => ({
  id: membershipId(id, sub),
  projectId: id,
  sub,
  role,
  state,
  createdAt,
  version: 1,
  changes: 0,
})

/** The condition of each change: who makes it still has that role, in a project that is still there and in that state. */
export const stillMember = ({ id, role, state }: Membership): OperationOf<Membership> =>
  updateIn(memberships, { id, role, state }, { inc: { changes: 1 } })
