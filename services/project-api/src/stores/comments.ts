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
import { type Activity, note } from './activity.ts'
import { type Membership, stillMember } from './memberships.ts'
import type { PageRequest } from './page-request.ts'
import { type Task, tasks } from './tasks.ts'

export interface Comment {
  id: string
  projectId: string
  taskId: string
  /** The `sub` of who wrote it. */
  author: string
  text: string
  createdAt: number
  updatedAt: number
  version: number
}

export const comments = defineCollection<Comment>({
  name: 'comments',
  key: 'id',
  indexes: [['taskId', 'createdAt'], ['projectId']],
})

/** The comments of tasks; each change is one transaction, and gives nothing when its ground was taken away meanwhile. */
export interface CommentStore {
  find(taskId: string, id: string): Promise<Comment | undefined>
  /** A page, the oldest first. */
  page(taskId: string, page: PageRequest): Promise<ListPage<Comment>>
  create(comment: Comment, task: Task, by: Membership, once: OperationOf<unknown>[]): Promise<true | undefined>
  change(comment: Comment, task: Task, by: Membership, of: { text: string; at: number }): Promise<Comment | undefined>
  remove(comment: Comment, task: Task, by: Membership, at: number): Promise<true | undefined>
}

export function createCommentStore(database: Database): CommentStore {
  const stored = database.collection(comments)

  return {
    find: (taskId, id) => stored.find({ id, taskId }),

    async page(taskId, { limit, after }) {
      const order = { orderBy: 'createdAt', limit: limit + 1, ...(after && { after }) } as const
      return pageOf(await stored.list({ taskId }, order), limit, ({ createdAt, id }) => [createdAt, id])
    },

    async create(comment, task, by, once) {
      const done = await database.transaction([
        updateIn(tasks, { id: task.id }, { inc: { touched: 1 } }),
        stillMember(by),
        insertInto(comments, comment),
        noted('comment.created', task, by, comment.createdAt),
        ...once,
      ])
      return done && true
    },

    async change({ id, version }, task, by, { text, at }) {
      const done = await database.transaction([
        updateIn(comments, { id, version }, { set: { text, updatedAt: at }, inc: { version: 1 } }),
        stillMember(by),
        noted('comment.changed', task, by, at),
      ])
      return done?.[0]
    },

    async remove({ id }, task, by, at) {
      const done = await database.transaction([
        updateIn(comments, { id }, { inc: { version: 1 } }),
        stillMember(by),
        removeFrom(comments, { id }),
        noted('comment.deleted', task, by, at),
      ])
      return done && true
    },
  }
}

const noted = (type: Activity['type'], { projectId, id, title }: Task, { sub }: Membership, createdAt: number) =>
  note({ projectId, type, actor: sub, createdAt, taskId: id, title })
