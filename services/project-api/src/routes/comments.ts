import { created, noContent, ok } from '@menshen/shared/api/answer'
import { defineList } from '@menshen/shared/api/list'
import { type Operation, operation } from '@menshen/shared/api/operation'
import { Problem } from '@menshen/shared/http/problem'
import { newId } from '@menshen/shared/ids'
import { z } from 'zod'
import type { ProjectApiDeps } from '../deps.ts'
import type { Action } from '../permissions.ts'
import { commentId, inTask, subject, text, time, timeOf } from '../schemas.ts'
import type { Comment } from '../stores/comments.ts'
import { untilDone } from '../until-done.ts'

const commentSchema = z
  .object({
    id: commentId,
    author: subject.meta({ description: 'The sub of who wrote it.' }),
    text: z.string(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Comment' })
const newComment = z.strictObject({ text: text(5000).min(1) })

/** Ordered by when they were written, in milliseconds. */
const list = defineList('comments', z.int())

const reading = { tag: 'Comments', scope: 'project:read' }
const writing = { tag: 'Comments', scope: 'project:write' }
const ofComment = inTask.extend({ commentId })

const shown = ({ id, author, text, createdAt, updatedAt }: Comment) => ({
  id,
  author,
  text,
  createdAt: timeOf(createdAt),
  updatedAt: timeOf(updatedAt),
})

/** What members say about a task. */
export function commentOperations({ access, tasks, comments, clock }: ProjectApiDeps): Operation[] {
  /** The task, and the membership under which the caller does something to it. */
  async function taskFor(action: Action, { projectId, taskId }: z.output<typeof inTask>, sub: string) {
    const by = await access(action, projectId, sub)
    const task = await tasks.find(projectId, taskId)
    if (!task) throw new Problem('not-found')
    return { by, task }
  }

  async function commentOf(taskId: string, id: string): Promise<Comment> {
    const comment = await comments.find(taskId, id)
    if (!comment) throw new Problem('not-found')
    return comment
  }

  async function ownComment(action: Action, params: z.output<typeof ofComment>, sub: string) {
    const found = await taskFor(action, params, sub)
    const comment = await commentOf(params.taskId, params.commentId)
    if (comment.author !== sub) throw new Problem('forbidden', { detail: 'somebody else wrote this comment' })
    return { ...found, comment }
  }

  return [
    operation({
      method: 'get',
      path: '/projects/:projectId/tasks/:taskId/comments',
      id: 'listComments',
      summary: 'List the comments of a task, the oldest first',
      ...reading,
      params: inTask,
      query: z.strictObject(list.query),
      answer: { status: 200, about: 'A page of comments.', schema: list.schema(commentSchema) },
      problems: ['not-found'],
      async handle({ token: { sub }, params, query: { limit, cursor } }) {
        await taskFor('comments.read', params, sub)
        const { items, next } = await comments.page(params.taskId, { limit, after: cursor })
        return list.page({ items: items.map(shown), next })
      },
    }),
    operation({
      method: 'post',
      path: '/projects/:projectId/tasks/:taskId/comments',
      id: 'createComment',
      summary: 'Comment on a task',
      ...writing,
      params: inTask,
      body: newComment,
      answer: { status: 201, about: 'The comment.', schema: commentSchema },
      versioned: true,
      idempotent: true,
      problems: ['not-found', 'conflict'],
      handle: ({ token: { sub }, params, body, once }) =>
        untilDone(async () => {
          const { by, task } = await taskFor('comments.create', params, sub)
          const { projectId, taskId } = params
          const now = clock.now()
          const id = newId('cmt')
          const comment: Comment = { id, projectId, taskId, author: sub, ...body, createdAt: now, updatedAt: now, version: 1 }
          const answer = created(`/projects/${projectId}/tasks/${taskId}/comments/${id}`, shown(comment), comment)
          return (await comments.create(comment, task, by, once(answer))) && answer
        }),
    }),
    operation({
      method: 'get',
      path: '/projects/:projectId/tasks/:taskId/comments/:commentId',
      id: 'readComment',
      summary: 'Read a comment',
      ...reading,
      params: ofComment,
      answer: { status: 200, about: 'The comment.', schema: commentSchema },
      versioned: true,
      problems: ['not-found'],
      async handle({ token: { sub }, params }) {
        await taskFor('comments.read', params, sub)
        const comment = await commentOf(params.taskId, params.commentId)
        return ok(shown(comment), comment)
      },
    }),
    operation({
      method: 'patch',
      path: '/projects/:projectId/tasks/:taskId/comments/:commentId',
      id: 'changeComment',
      summary: 'Change a comment of your own',
      ...writing,
      params: ofComment,
      body: newComment,
      answer: { status: 200, about: 'The comment as it is now.', schema: commentSchema },
      versioned: true,
      precondition: 'if-match',
      problems: ['not-found', 'conflict'],
      handle: ({ token: { sub }, params, body: { text }, ifMatch }) =>
        untilDone(async () => {
          const { by, task, comment } = await ownComment('comments.changeOwn', params, sub)
          ifMatch.require(comment.version)
          const changed = await comments.change(comment, task, by, { text, at: clock.now() })
          return changed && ok(shown(changed), changed)
        }),
    }),
    operation({
      method: 'delete',
      path: '/projects/:projectId/tasks/:taskId/comments/:commentId',
      id: 'deleteComment',
      summary: 'Delete a comment of your own',
      ...writing,
      params: ofComment,
      answer: { status: 204, about: 'It is gone.' },
      problems: ['not-found', 'conflict'],
      handle: ({ token: { sub }, params }) =>
        untilDone(async () => {
          const { by, task, comment } = await ownComment('comments.deleteOwn', params, sub)
          return (await comments.remove(comment, task, by, clock.now())) && noContent()
        }),
    }),
  ]
}
