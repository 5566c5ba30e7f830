import { type AnyDefinition, type Database, defineCollection, insertInto, removeFrom, updateIn } from '@menshen/shared/storage'
import { activity } from './activity.ts'
import { comments } from './comments.ts'
import { invitations } from './invitations.ts'
import { type Membership, memberships } from './memberships.ts'
import { type Project, projects } from './projects.ts'
import { tasks } from './tasks.ts'

/** Projects that are gone, while something of theirs may be left. */
export const deletions = defineCollection<{ projectId: string; createdAt: number }>({ name: 'deletions', key: 'projectId' })

/** Records of a project that nobody sees without being a member: they may be removed behind it. */
const below: readonly AnyDefinition[] = [tasks, comments, activity]

export interface DeletionStore {
  /** Deletes a project: at once for everybody, and all below it. Gives nothing when it was changed meanwhile. */
  remove(project: Project, by: Membership, at: number): Promise<true | undefined>
  /** Removes what projects left behind whose deletion was cut off. */
  finish(): Promise<void>
}

/** One transaction removes the project and who takes part in it; what is below is removed after it, and again until that is done. */
export function createDeletionStore(database: Database): DeletionStore {
  const pending = database.collection(deletions)

  async function finish(): Promise<void> {
    for (const { projectId } of await pending.list({})) {
      for (const definition of below) await database.collection(definition).remove({ projectId })
      await pending.remove({ projectId })
    }
  }

  return {
    async remove({ id, version }, { id: membership, role }, at) {
      const done = await database.transaction([
        updateIn(projects, { id, version }, { inc: { version: 1 } }),
        updateIn(memberships, { id: membership, role }, { inc: { changes: 1 } }),
        removeFrom(projects, { id }),
        removeFrom(memberships, { projectId: id }),
        removeFrom(invitations, { projectId: id }),
        insertInto(deletions, { projectId: id, createdAt: at }),
      ])
      if (!done) return undefined
      await finish()
      return true
    },
    finish,
  }
}
