import Router from '@koa/router'
import { createLogin, failuresAsPages } from '@menshen/login'
import Koa from 'koa'
import { openApis } from './api.ts'
import { formPages } from './form-page.ts'
import { asset } from './http/asset.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { CenterOptions } from './options.ts'
import { activityPage } from './pages/activity.ts'
import { failurePage } from './pages/failure.ts'
import { membersPage } from './pages/members.ts'
import { projectPage } from './pages/project.ts'
import { projectsPage } from './pages/projects.ts'
import { settingsPage } from './pages/settings.ts'
import { taskPage } from './pages/task.ts'
import { welcomePage } from './pages/welcome.ts'
import { localeChoice } from './phrases/index.ts'
import { createRenderer } from './render.ts'

/** The project centre: a web module of our own, which signs people in with Menshen and works with their projects through project-api. */
export function createApp(options: CenterOptions): Koa {
  const login = createLogin({
    ...options,
    scope: 'openid profile user:read project:read project:write',
    cookie: 'project-center',
    locale: localeChoice.of,
  })
  const render = createRenderer({ login, ...options })
  const router = new Router()
  router.get('/', welcomePage({ login, render }))
  formPages(router, [projectsPage, projectPage, taskPage, membersPage, settingsPage, activityPage], {
    login,
    render,
    apis: openApis(login, options),
  })
  router.get('/center.css', asset('center.css', 'text/css; charset=utf-8'))
  router.get('/icon.svg', asset('icon.svg', 'image/svg+xml'))

  const app = new Koa()
  app.use(securityHeaders(options))
  app.use(failuresAsPages({ show: failurePage(render), ...(options.log && { log: options.log }) }))
  app.use(login.routes())
  app.use(router.routes())
  return app
}
