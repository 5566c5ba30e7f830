import Router from '@koa/router'
import { createResourceApp } from '@menshen/shared/http/resource-service'
import type Koa from 'koa'
import type { OpenApiDeps } from './deps.ts'
import { learningRoutes } from './routes/learning.ts'

/** The whole of open-api on one page: its routes; the middleware around them is that of every resource service. */
export function createApp(deps: OpenApiDeps): Koa {
  const routes = new Router()
  routes.use('/v1/learning', learningRoutes(deps).routes())
  routes.use('/learning', learningRoutes(deps).routes()) // the newest version
  return createResourceApp({ ...deps, routes })
}
