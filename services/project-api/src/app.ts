import { createApi } from '@menshen/shared/api/api'
import type { Operation } from '@menshen/shared/api/operation'
import { createResourceApp } from '@menshen/shared/http/resource-service'
import type Koa from 'koa'
import type { ProjectApiDeps } from './deps.ts'
import { activityOperations } from './routes/activity.ts'
import { commentOperations } from './routes/comments.ts'
import { invitationOperations } from './routes/invitations.ts'
import { memberOperations } from './routes/members.ts'
import { projectOperations } from './routes/projects.ts'
import { taskOperations } from './routes/tasks.ts'

const description = {
  title: 'project-api',
  version: '1.0.0',
  description: `Projects, their members and tasks. Who is no member of a project is told of nothing in it: all answers are 404, as for a project
that does not exist.`,
  scopes: {
    'project:read': 'See projects and their tasks',
    'project:write': 'Change projects and their tasks',
  },
}

/** The whole of project-api on one page: its operations; what is around them is that of every resource service. */
export function createApp(deps: ProjectApiDeps): Koa {
  const operations: Operation[] = [
    ...projectOperations(deps),
    ...memberOperations(deps),
    ...invitationOperations(deps),
    ...taskOperations(deps),
    ...commentOperations(deps),
    ...activityOperations(deps),
  ]
  return createResourceApp({ ...deps, routes: createApi({ ...description, operations }, deps) })
}
