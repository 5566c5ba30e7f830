import { type Database, defineCollection, insertInto, type ListPage, type Position, pageOf } from '@menshen/shared/storage'
import { type Project, projects } from './projects.ts'

export type Role = 'owner' | 'editor' | 'viewer'

/** That a person takes part in a project. */
export interface Membership {
  /** `projectId sub` */
  id: string
  projectId: string
  sub: string
  role: Role
  /**
   * The project as it is in `projects`: the storage port has no joins, and so the list of a person's projects is one read.
   * Whoever changes a project changes its copies in the same transaction.
   */
  project: Project
  createdAt: number
}

export const memberships = defineCollection<Membership>({
  name: 'memberships',
  key: 'id',
  indexes: [['sub', 'createdAt']],
})

export interface Member {
  sub: string
  role: Role
}

export interface MembershipStore {
  /** A page of a person's memberships, the newest first; it shifts for nothing that happens between two pages. */
  page(sub: string, page: { limit: number; after?: Position | undefined }): Promise<ListPage<Membership>>
  /** Founds a project with its members, whole. @throws UniqueConflict when there is a project of this id. */
  found(project: Project, members: readonly Member[]): Promise<void>
}

export function createMembershipStore(database: Database): MembershipStore {
  return {
    async page(sub, { limit, after }) {
      const beyond = after && { after: [after[0], membershipId(after[1], sub)] as const }
      const order = { orderBy: 'createdAt' as const, descending: true, limit: limit + 1, ...beyond }
      return pageOf(await database.collection(memberships).list({ sub }, order), limit, ({ createdAt, projectId }) => [
        createdAt,
        projectId,
      ])
    },

    async found(project, members) {
      await database.transaction([
        insertInto(projects, project),
        ...members.map((member) => insertInto(memberships, membershipOf(project, member))),
      ])
    },
  }
}

const membershipId = (projectId: string, sub: string): string => `${projectId} ${sub}`

const membershipOf = (project: Project, { sub, role }: Member): Membership => ({
  id: membershipId(project.id, sub),
  projectId: project.id,
  sub,
  role,
  project,
  createdAt: project.createdAt,
})
