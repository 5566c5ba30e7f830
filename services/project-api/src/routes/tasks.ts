import { created, noContent, ok } from '@menshen/shared/api/answer'
import { invalidInput } from '@menshen/shared/api/input'
import { defineList } from '@menshen/shared/api/list'
import { type Operation, operation } from '@menshen/shared/api/operation'
import { Problem } from '@menshen/shared/http/problem'
import { newId } from '@menshen/shared/ids'
import { z } from 'zod'
import type { ProjectApiDeps } from '../deps.ts'
import { given, inProject, inTask, line, subject, taskId, text, time, timeOf } from '../schemas.ts'
import type { Membership } from '../stores/memberships.ts'
import { type Task, taskStates } from '../stores/tasks.ts'
import { untilDone } from '../until-done.ts'

const title = line(200).meta({ examples: ['Draw the new home page'] })
const description = text(10_000)
const state = z.enum(taskStates)
const assignee = subject.nullable().meta({ description: 'The sub of a member of the project.' })
const dueDate = z.iso
  .date()
  .nullable()
  .meta({ description: 'A calendar date.', examples: ['2026-01-31'] })

const taskSchema = z
  .object({
    id: taskId,
    title: z.string(),
    description: z.string(),
    state,
    assignee,
    dueDate,
    createdBy: subject.meta({ description: 'The sub of who made it.' }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Task' })

const newTask = z.strictObject({
  title,
  description: description.default(''),
  state: state.default('todo'),
  assignee: assignee.default(null),
  dueDate: dueDate.default(null),
})
const taskChange = z.strictObject({ title, description, state, assignee, dueDate }).partial()
const taskMove = z.strictObject({
  place: z.enum(['before', 'after']),
  task: taskId.meta({ description: 'Another task of the project.' }),
})

/** Ordered by rank. */
const list = defineList('tasks', z.string().max(200))

const reading = { tag: 'Tasks', scope: 'project:read' }
const writing = { tag: 'Tasks', scope: 'project:write' }

const shown = ({ rank: _, projectId: __, version: ___, touched: ____, createdAt, updatedAt, ...task }: Task) => ({
  ...task,
  createdAt: timeOf(createdAt),
  updatedAt: timeOf(updatedAt),
})

/** The tasks of a project. */
export function taskOperations({ access, tasks, members, clock }: ProjectApiDeps): Operation[] {
  async function taskOf(projectId: string, id: string): Promise<Task> {
    const task = await tasks.find(projectId, id)
    if (!task) throw new Problem('not-found')
    return task
  }

  /** The membership of who gets the task; nothing when nobody gets it. */
  async function requireMember(projectId: string, sub: string | null | undefined): Promise<Membership | undefined> {
    if (sub === null || sub === undefined) return undefined
    const member = await members.find(projectId, sub)
    if (!member) throw invalidInput([{ field: 'assignee', detail: 'is no member of the project' }])
    return member
  }

  return [
    operation({
      method: 'get',
      path: '/projects/:projectId/tasks',
      id: 'listTasks',
      summary: 'List the tasks of a project, in their order',
      ...reading,
      params: inProject,
      query: z.strictObject({ ...list.query, state: state.optional(), assignee: subject.optional() }),
      answer: { status: 200, about: 'A page of tasks.', schema: list.schema(taskSchema) },
      problems: ['not-found'],
      async handle({ token: { sub }, params: { projectId }, query: { limit, cursor, ...filter } }) {
        await access('tasks.read', projectId, sub)
        const { items, next } = await tasks.page(projectId, filter, { limit, after: cursor })
        return list.page({ items: items.map(shown), next })
      },
    }),
    operation({
      method: 'post',
      path: '/projects/:projectId/tasks',
      id: 'createTask',
      summary: 'Add a task at the end',
      ...writing,
      params: inProject,
      body: newTask,
      answer: { status: 201, about: 'The task.', schema: taskSchema },
      versioned: true,
      idempotent: true,
      problems: ['not-found', 'conflict'],
      handle: ({ token: { sub }, params: { projectId }, body, once }) =>
        untilDone(async () => {
          const by = await access('tasks.create', projectId, sub)
          const assignee = await requireMember(projectId, body.assignee)
          const now = clock.now()
          const made = { createdBy: sub, createdAt: now, updatedAt: now, version: 1, touched: 0 }
          const answerOf = (task: Task) => created(`/projects/${projectId}/tasks/${task.id}`, shown(task), task)
          const task = await tasks.create({ id: newId('task'), projectId, ...body, ...made }, by, {
            assignee,
            once: (task) => once(answerOf(task)),
          })
          return task && answerOf(task)
        }),
    }),
    operation({
      method: 'get',
      path: '/projects/:projectId/tasks/:taskId',
      id: 'readTask',
      summary: 'Read a task',
      ...reading,
      params: inTask,
      answer: { status: 200, about: 'The task.', schema: taskSchema },
      versioned: true,
      problems: ['not-found'],
      async handle({ token: { sub }, params: { projectId, taskId } }) {
        await access('tasks.read', projectId, sub)
        const task = await taskOf(projectId, taskId)
        return ok(shown(task), task)
      },
    }),
    operation({
      method: 'patch',
      path: '/projects/:projectId/tasks/:taskId',
      id: 'changeTask',
      summary: 'Change a task',
      ...writing,
      params: inTask,
      body: taskChange,
      answer: { status: 200, about: 'The task as it is now.', schema: taskSchema },
      versioned: true,
      precondition: 'if-match',
      problems: ['not-found', 'conflict'],
      handle: ({ token: { sub }, params: { projectId, taskId }, body, ifMatch }) =>
        untilDone(async () => {
          const by = await access('tasks.change', projectId, sub)
          const task = await taskOf(projectId, taskId)
          ifMatch.require(task.version)
          const assignee = await requireMember(projectId, body.assignee)
          const changed = await tasks.change(task, by, { set: given(body), assignee, at: clock.now() })
          return changed && ok(shown(changed), changed)
        }),
    }),
    operation({
      method: 'post',
      path: '/projects/:projectId/tasks/:taskId/move',
      id: 'moveTask',
      summary: 'Put a task directly before or after another one',
      ...writing,
      params: inTask,
      body: taskMove,
      answer: { status: 200, about: 'The task, at its new place.', schema: taskSchema },
      versioned: true,
      problems: ['not-found', 'conflict'],
      handle: ({ token: { sub }, params: { projectId, taskId }, body }) =>
        untilDone(async () => {
          const by = await access('tasks.move', projectId, sub)
          const task = await taskOf(projectId, taskId)
          const of = await tasks.find(projectId, body.task)
          if (!of) throw invalidInput([{ field: 'task', detail: 'is no task of the project' }])
          if (of.id === task.id) throw invalidInput([{ field: 'task', detail: 'is the task itself' }])
          const moved = await tasks.move(task, by, { side: body.place, of }, clock.now())
          return moved && ok(shown(moved), moved)
        }),
    }),
    operation({
      method: 'delete',
      path: '/projects/:projectId/tasks/:taskId',
      id: 'deleteTask',
      summary: 'Delete a task with its comments',
      ...writing,
      params: inTask,
      answer: { status: 204, about: 'It is gone.' },
      problems: ['not-found', 'conflict'],
      handle: ({ token: { sub }, params: { projectId, taskId } }) =>
        untilDone(async () => {
          const by = await access('tasks.delete', projectId, sub)
          const task = await taskOf(projectId, taskId)
          return (await tasks.remove(task, by, clock.now())) && noContent()
        }),
    }),
  ]
}
