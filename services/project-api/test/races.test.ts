import { expect, test } from '@jest/globals'
import { type Database, openDatabase } from '@menshen/shared/storage'
import { onEachDatabase } from '@menshen/shared/testing/resource-service'
import { collections } from '../src/deps.ts'
import { rankBetween } from '../src/rank.ts'
import { createCommentStore } from '../src/stores/comments.ts'
import { createDeletionStore } from '../src/stores/deletions.ts'
import { createMemberStore } from '../src/stores/member-store.ts'
import { createProjectStore } from '../src/stores/project-store.ts'
import type { Project } from '../src/stores/projects.ts'
import { createTaskStore } from '../src/stores/task-store.ts'

const rest = { name: 'a project', description: '', state: 'active', createdAt: 1, updatedAt: 1, version: 1 } as const
const project: Project = { id: 'prj_1', ...rest }
const nobody = { assignee: undefined, once: () => [] }

/** A project of alice and bob with carol as viewer and one task, as somebody has read it who goes on when others were faster. */
async function readBefore(database: Database) {
  const projects = createProjectStore(database)
  await projects.found(project, [
    { sub: 'alice', role: 'owner' },
    { sub: 'bob', role: 'owner' },
    { sub: 'carol', role: 'viewer' },
  ])
  const members = createMemberStore(database)
  const tasks = createTaskStore(database, { between: rankBetween, longest: 100 })
  const [alice, bob, carol] = (await members.page(project.id, { limit: 3 })).items
  if (!alice || !bob || !carol) throw new Error('somebody is missing')
  const fields = { title: 'a task', description: '', state: 'todo', assignee: null, dueDate: null } as const
  const newTask = {
    id: 'task_1',
    projectId: project.id,
    ...fields,
    createdBy: 'alice',
    createdAt: 1,
    updatedAt: 1,
    version: 1,
    touched: 0,
  }
  const task = await tasks.create(newTask, alice, nobody)
  if (!task) throw new Error('the task is missing')
  const comment = {
    id: 'cmt_1',
    projectId: project.id,
    taskId: task.id,
    author: 'bob',
    text: '',
    createdAt: 1,
    updatedAt: 1,
    version: 1,
  }
  return { projects, members, tasks, alice: { ...alice, changes: 1 }, bob, carol, task, newTask, comment }
}

onEachDatabase((databaseUrl) => {
  async function withProject(work: (read: Awaited<ReturnType<typeof readBefore>>, database: Database) => Promise<void>) {
    const database = await openDatabase(databaseUrl(), { collections })
    try {
      await work(await readBefore(database), database)
    } finally {
      await database.close()
    }
  }

  test('of two owners who decided to leave while the other was there, one leaves', () =>
    withProject(async ({ members, alice, bob }) => {
      expect(await members.remove(alice, project, alice, 2)).toBe(true)
      expect(await members.remove(bob, project, bob, 2)).toBeUndefined()
    }))

  test('of two hand-overs that were decided on the same project, one is made', () =>
    withProject(async ({ members, alice, carol, bob }) => {
      expect(await members.handOver(alice, project, carol, 2)).toBeDefined()
      expect(await members.handOver(alice, project, carol, 2)).toBeUndefined()
      expect(await members.changeRole(bob, project, carol, 'editor', 2)).toBeUndefined()
    }))

  test('who was removed meanwhile makes nothing, and is assigned nothing', () =>
    withProject(async ({ members, tasks, alice, bob, task, newTask }) => {
      expect(await members.remove(alice, project, bob, 2)).toBe(true)
      expect(await tasks.create({ ...newTask, id: 'task_2' }, bob, nobody)).toBeUndefined()
      expect(await tasks.change(task, alice, { set: { assignee: 'bob' }, assignee: bob, at: 2 })).toBeUndefined()
    }))

  test('who was assigned a task meanwhile does not leave with it', () =>
    withProject(async ({ members, tasks, alice, bob, task }) => {
      await tasks.change(task, alice, { set: { assignee: 'bob' }, assignee: bob, at: 2 })
      expect(await members.remove(bob, project, bob, 2)).toBeUndefined()
    }))

  test('nothing is made in a project that was archived or deleted meanwhile', () =>
    withProject(async ({ projects, tasks, alice, bob, newTask }, database) => {
      const archived = await projects.setState(alice, project, 'archived', 2)
      expect(await tasks.create({ ...newTask, id: 'task_2' }, bob, nobody)).toBeUndefined()
      if (!archived) throw new Error('it was not archived')
      expect(await createDeletionStore(database).remove(archived, alice, 2)).toBe(true)
      expect(await tasks.create({ ...newTask, id: 'task_2' }, alice, nobody)).toBeUndefined()
    }))

  test('a task that was deleted meanwhile takes no comment', () =>
    withProject(async ({ tasks, alice, bob, task, comment }, database) => {
      expect(await tasks.remove(task, alice, 2)).toBe(true)
      expect(await createCommentStore(database).create(comment, task, bob, [])).toBeUndefined()
    }))
})
