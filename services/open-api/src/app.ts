import { type ApiDescription, createApi } from '@menshen/shared/api/api'
import { createApiRouter } from '@menshen/shared/api/api-router'
import type { Operation } from '@menshen/shared/api/operation'
import { createResourceApp } from '@menshen/shared/http/resource-service'
import type Koa from 'koa'
import type { OpenApiDeps } from './deps.ts'
import { courseOperations } from './routes/courses.ts'
import { learningOperations } from './routes/learning.ts'

const description: Omit<ApiDescription, 'operations'> = {
  title: 'open-api',
  version: '1.0.0',
  description:
    'What a person has learnt, for sites that the person allowed to see it, and the catalogue of courses. `/learning/…` answers as the newest version, `/v1/learning/…`.',
  scopes: {
    'learning:read': 'See what a person has learnt, and the courses',
    'learning:write': 'Record what a person has learnt (own apps only)',
  },
}

/** The whole of open-api on one page: its operations; the middleware around them is that of every resource service. */
export function createApp(deps: OpenApiDeps): Koa {
  const operations = [...learningOperations(deps), ...courseOperations(deps)]
  const routes = createApi({ ...description, operations }, deps)
  routes.use(createApiRouter(operations.map(withoutVersion), deps).routes())
  return createResourceApp({ ...deps, routes })
}

const withoutVersion = (operation: Operation): Operation => ({ ...operation, path: operation.path.replace('/v1', '') })
