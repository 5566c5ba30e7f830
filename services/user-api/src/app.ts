import Router from '@koa/router'
import { createResourceApp } from '@menshen/shared/http/resource-service'
import type Koa from 'koa'
import type { UserApiDeps } from './deps.ts'
import { userRoutes } from './routes/users.ts'

/** The whole of user-api on one page: its routes; the middleware around them is that of every resource service. */
export function createApp(deps: UserApiDeps): Koa {
  const routes = new Router()
  routes.use('/users', userRoutes(deps).routes())
  return createResourceApp({ ...deps, routes })
}
