import { type Database, defineCollection } from '@menshen/shared/storage'
import { note } from './activity.ts'
import type { DeletionStore } from './deletions.ts'
import { invitations } from './invitations.ts'
import { removalOf, withRole } from './member-store.ts'
import { type Membership, memberships } from './memberships.ts'
import { type Project, projects, sameProject } from './projects.ts'
import { unassigning } from './task-store.ts'

/** People who are gone. Marked before anything is taken from them: whatever a token of theirs still makes is seen by one or the other. */
export const departed = defineCollection<{ sub: string; createdAt: number }>({ name: 'departed', key: 'sub' })

/**
 * Takes a person who is gone out of all projects, one after another; what a death leaves undone, the next call does. A project whose only owner that was
 * goes to the editor who is there longest, without one to the viewer; one without other members is deleted.
 */
export type Depart = (sub: string, at: number) => Promise<void>

export function createDepart(database: Database, deletions: DeletionStore): Depart {
  const members = database.collection(memberships)

  /** Who owns the project afterwards; nothing when it has another owner already. */
  async function heirOf({ projectId, role, id }: Membership): Promise<Membership | 'nobody' | undefined> {
    if (role !== 'owner') return undefined
    const others = (await members.list({ projectId }, { orderBy: 'createdAt' })).filter((other) => other.id !== id)
    if (others.some(({ role }) => role === 'owner')) return undefined
    return others.find(({ role }) => role === 'editor') ?? others[0] ?? 'nobody'
  }

  async function leave(member: Membership, project: Project, at: number): Promise<unknown> {
    const heir = await heirOf(member)
    if (heir === 'nobody') return deletions.remove(project, member, at)
    const happened = { projectId: project.id, actor: member.sub, createdAt: at } as const
    const inherits = heir ? [withRole(heir, 'owner'), note({ ...happened, type: 'project.handed_over', person: heir.sub })] : []
    return database.transaction([
      sameProject(project),
      ...inherits,
      ...removalOf(member),
      ...(await unassigning(database, member)),
      note({ ...happened, type: 'member.left' }),
    ])
  }

  return async (sub, at) => {
    await database.collection(departed).upsert(sub, { insert: { createdAt: at } })
    await database.collection(invitations).remove({ sub }) // first, or one is accepted behind the last project
    for (;;) {
      const [member] = await members.list({ sub }, { orderBy: 'createdAt', limit: 1 })
      if (!member) break
      const project = await database.collection(projects).find({ id: member.projectId })
      if (project)
        await leave(member, project, at) // again, when others were faster
      else await members.remove({ id: member.id })
    }
  }
}
