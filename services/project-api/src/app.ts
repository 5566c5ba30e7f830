import Router from '@koa/router'
import { createResourceApp } from '@menshen/shared/http/resource-service'
import type Koa from 'koa'
import type { ProjectApiDeps } from './deps.ts'
import { projectRoutes } from './routes/projects.ts'

/** The whole of project-api on one page: its routes; the middleware around them is that of every resource service. */
export function createApp(deps: ProjectApiDeps): Koa {
  const routes = new Router()
  routes.use('/projects', projectRoutes(deps).routes())
  return createResourceApp({ ...deps, routes })
}
