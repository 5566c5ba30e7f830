import {
  type Database,
  insertInto,
  type ListPage,
  type OperationOf,
  pageOf,
  removeFrom,
  UniqueConflict,
  updateIn,
} from '@menshen/shared/storage'
import { type Activity, note } from './activity.ts'
import { comments } from './comments.ts'
import { type Membership, memberships, stillMember } from './memberships.ts'
import type { PageRequest } from './page-request.ts'
import { type Task, tasks } from './tasks.ts'

/** Where a task is put: directly before or after another one. */
export interface Place {
  side: 'before' | 'after'
  of: Task
}

export type TaskFields = Pick<Task, 'title' | 'description' | 'state' | 'assignee' | 'dueDate'>

/** The order of tasks: a rank between two others, and new ranks for all when those grow long. */
export interface Ranks {
  between(after: string | undefined, before: string | undefined): string
  longest: number
}

/** The tasks of projects; each change is one transaction, and gives nothing when its ground was taken away meanwhile. */
export interface TaskStore {
  find(projectId: string, id: string): Promise<Task | undefined>
  /** A page in the order of the project. */
  page(
    projectId: string,
    filter: { [F in 'state' | 'assignee']?: Task[F] | undefined },
    page: PageRequest,
  ): Promise<ListPage<Task>>
  /** Puts a new task at the end; `assignee` must still be a member. */
  create(
    task: Omit<Task, 'rank'>,
    by: Membership,
    of: { assignee: Membership | undefined; once(task: Task): OperationOf<unknown>[] },
  ): Promise<Task | undefined>
  change(
    task: Task,
    by: Membership,
    of: { set: Partial<TaskFields>; assignee: Membership | undefined; at: number },
  ): Promise<Task | undefined>
  move(task: Task, by: Membership, place: Place, at: number): Promise<Task | undefined>
  remove(task: Task, by: Membership, at: number): Promise<true | undefined>
}

export function createTaskStore(database: Database, ranks: Ranks): TaskStore {
  const stored = database.collection(tasks)

  /** What lies next to a rank, or at the end. */
  async function neighbour(projectId: string, side: 'before' | 'after', rank?: string): Promise<string | undefined> {
    const beyond = rank === undefined ? {} : { rank: side === 'before' ? { lt: rank } : { gt: rank } }
    const order = { orderBy: 'rank', descending: side === 'before', limit: 1 } as const
    return (await stored.list({ projectId, ...beyond }, order))[0]?.rank
  }

  async function rankAt({ side, of: { projectId, rank } }: Place): Promise<string> {
    const next = await neighbour(projectId, side, rank)
    return side === 'before' ? ranks.between(next, rank) : ranks.between(rank, next)
  }

  /** Gives all tasks of a project new ranks, in their order; when one was moved meanwhile, none. */
  async function spread(projectId: string): Promise<void> {
    let last: string | undefined
    const operations = (await stored.list({ projectId }, { orderBy: 'rank' })).map(({ id, rank }) => {
      last = ranks.between(last, undefined)
      return updateIn(tasks, { id, rank }, { set: { rank: last } })
    })
    await unlessRankTaken(() => database.transaction(operations))
  }

  return {
    find: (projectId, id) => stored.find({ id, projectId }),

    async page(projectId, { state, assignee }, { limit, after }) {
      const wanted = { projectId, ...(state && { state }), ...(assignee && { assignee }) }
      const order = { orderBy: 'rank', limit: limit + 1, ...(after && { after }) } as const
      return pageOf(await stored.list(wanted, order), limit, ({ rank, id }) => [rank, id])
    },

    async create(given, by, { assignee, once }) {
      const task = { ...given, rank: ranks.between(await neighbour(given.projectId, 'before'), undefined) }
      const operations = [
        stillMember(by),
        ...stillThere(assignee),
        insertInto(tasks, task),
        noted(task, 'task.created', by, task.createdAt),
        ...once(task),
      ]
      return (await unlessRankTaken(() => database.transaction(operations))) && task
    },

    async change(task, by, { set, assignee, at }) {
      const { id, version } = task
      const done = await database.transaction([
        updateIn(tasks, { id, version }, { set: { ...set, updatedAt: at }, inc: { version: 1 } }),
        stillMember(by),
        ...stillThere(assignee),
        noted({ ...task, ...set }, 'task.changed', by, at),
      ])
      return done?.[0]
    },

    async move(task, by, place, at) {
      const rank = await rankAt(place)
      if (rank.length > ranks.longest) {
        await spread(task.projectId)
        return undefined
      }
      const done = await unlessRankTaken(() =>
        database.transaction([
          updateIn(tasks, { id: task.id, rank: task.rank }, { set: { rank }, inc: { touched: 1 } }),
          updateIn(tasks, { id: place.of.id, rank: place.of.rank }, { inc: { touched: 1 } }),
          stillMember(by),
          noted(task, 'task.moved', by, at),
        ]),
      )
      return done?.[0]
    },

    async remove(task, by, at) {
      const done = await database.transaction([
        updateIn(tasks, { id: task.id }, { inc: { touched: 1 } }),
        stillMember(by),
        removeFrom(tasks, { id: task.id }),
        removeFrom(comments, { taskId: task.id }),
        noted(task, 'task.deleted', by, at),
      ])
      return done && true
    },
  }
}

const noted = ({ projectId, id, title }: Task, type: Activity['type'], { sub }: Membership, createdAt: number) =>
  note({ projectId, type, actor: sub, createdAt, taskId: id, title })

/** An assignee who leaves at the same time takes this along, or makes it fail. */
const stillThere = (assignee: Membership | undefined): OperationOf<unknown>[] =>
  assignee ? [updateIn(memberships, { id: assignee.id }, { inc: { changes: 1 } })] : []

/** Nothing when another task got the same rank. */
async function unlessRankTaken<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UniqueConflict && error.collection === tasks.name) return undefined
    throw error
  }
}

/** Takes the tasks of a project from a person, as far as they were read; those who assign meanwhile touch the membership. */
export async function unassigning(database: Database, { projectId, sub }: Membership): Promise<OperationOf<unknown>[]> {
  const assigned = await database.collection(tasks).list({ projectId, assignee: sub }, { orderBy: 'rank' })
  return assigned.map(({ id }) => updateIn(tasks, { id, assignee: sub }, { set: { assignee: null }, inc: { version: 1 } }))
}
