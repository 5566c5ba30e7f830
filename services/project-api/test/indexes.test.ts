import { expect, test } from '@jest/globals'
import { insertInto, openDatabase, type Position } from '@menshen/shared/storage'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { expectFromIndex, watchLists } from '@menshen/shared/testing/query-plan'
import { collections } from '../src/deps.ts'
import { rankBetween } from '../src/rank.ts'
import { createActivityStore } from '../src/stores/activity.ts'
import { createCommentStore } from '../src/stores/comments.ts'
import { createInvitationStore } from '../src/stores/invitations.ts'
import { createMemberStore } from '../src/stores/member-store.ts'
import { membershipOf, memberships, roles } from '../src/stores/memberships.ts'
import { createProjectStore } from '../src/stores/project-store.ts'
import { projects } from '../src/stores/projects.ts'
import { createTaskStore, unassigning } from '../src/stores/task-store.ts'

/** Alice takes part in all of them. */
function foundingOf(i: number) {
  const state = i % 5 ? ('active' as const) : ('archived' as const)
  const project = { id: `prj_${i}`, name: `${i}`, description: '', state, createdAt: i, updatedAt: i, version: 1 }
  const role = roles[i % 3] ?? 'owner'
  return [insertInto(projects, project), insertInto(memberships, membershipOf(project, 'alice', role, i))]
}

async function seeded(url: string, count: number) {
  const database = await openDatabase(url, { collections })
  for (let i = 0; i < count; i += 200) await database.transaction(Array.from({ length: 200 }, (_, j) => foundingOf(i + j)).flat())
  return watchLists(database)
}

function suite(freshUrl: () => string, count: number): void {
  test(`under ${count} projects every list is answered from an index, in its order`, async () => {
    const url = freshUrl()
    const database = await seeded(url, count)
    const projectStore = createProjectStore(database)
    const taskStore = createTaskStore(database, { between: rankBetween, longest: 100 })
    const pages = (after: Position) => [{ limit: 20 }, { limit: 20, after }]
    const states = [undefined, 'active'] as const

    for (const page of pages([count / 2, `prj_${count / 2} alice`]))
      for (const state of states)
        for (const role of [undefined, 'owner'] as const) {
          const { items } = await projectStore.page('alice', { state, role }, page)
          expect(items).toHaveLength(20)
        }
    for (const page of pages([5, 'x'])) {
      await createMemberStore(database).page('prj_1', page)
      await createInvitationStore(database).page({ sub: 'alice' }, page)
      await createInvitationStore(database).page({ projectId: 'prj_1' }, page)
      await createCommentStore(database).page('task_1', page)
      await createActivityStore(database).page('prj_1', page)
    }
    for (const page of pages(['V', 'task_1']))
      for (const state of [undefined, 'todo'] as const)
        for (const assignee of [undefined, 'alice']) await taskStore.page('prj_1', { state, assignee }, page)
    const alice = membershipOf({ id: 'prj_0' } as never, 'alice', 'owner', 0)
    await createMemberStore(database).isLastOwner(alice)
    await createInvitationStore(database).standing('prj_0', 'bob')
    await unassigning(database, alice)

    await database.close()
    expect(database.lists).toHaveLength(30)
    for (const list of database.lists) await expectFromIndex(url, list)
  }, 60_000)
}

suite(testSqliteUrl, 20_000)
onMongo('the lists', (freshUrl) => suite(freshUrl, 400)) // the same plan, and each insert waits for the disk
