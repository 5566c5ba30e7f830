import { defineList } from '@menshen/shared/api/list'
import { type Operation, operation } from '@menshen/shared/api/operation'
import { z } from 'zod'
import type { ProjectApiDeps } from '../deps.ts'
import { inProject, role, subject, taskId, time, timeOf } from '../schemas.ts'
import { type Activity, activityTypes } from '../stores/activity.ts'

const activitySchema = z
  .object({
    id: z.string(),
    type: z.enum(activityTypes),
    actor: subject.meta({ description: 'The sub of who did it.' }),
    at: time,
    taskId: taskId.optional(),
    title: z.string().optional().meta({ description: 'Of the task, as it was then.' }),
    person: subject.optional().meta({ description: 'The sub of the person whom it concerns.' }),
    role: role.optional(),
  })
  .meta({ id: 'Activity' })

/** Ordered by when it happened, in milliseconds. */
const list = defineList('activity', z.int())

const shown = ({ projectId: _, createdAt, ...activity }: Activity) => ({ ...activity, at: timeOf(createdAt) })

/** What happened in a project. */
export const activityOperations = ({ access, activity }: ProjectApiDeps): Operation[] => [
  operation({
    method: 'get',
    path: '/projects/:projectId/activity',
    id: 'listActivity',
    summary: 'List what happened in a project, the newest first',
    tag: 'Activity',
    scope: 'project:read',
    params: inProject,
    query: z.strictObject(list.query),
    answer: { status: 200, about: 'A page of what happened.', schema: list.schema(activitySchema) },
    problems: ['not-found'],
    async handle({ token: { sub }, params: { projectId }, query: { limit, cursor } }) {
      await access('activity.read', projectId, sub)
      const { items, next } = await activity.page(projectId, { limit, after: cursor })
      return list.page({ items: items.map(shown), next })
    },
  }),
]
