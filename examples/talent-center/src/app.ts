import Router from '@koa/router'
import { createLogin, failuresAsPages } from '@menshen/login'
import Koa from 'koa'
import { createOpenApi } from './apis/open-api.ts'
import { createUserApi } from './apis/user-api.ts'
import type { TalentCenterDeps } from './deps.ts'
import { asset } from './http/asset.ts'
import { localeChoice } from './http/locale.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { TalentCenterOptions } from './options.ts'
import { coursePage } from './pages/course.ts'
import { editProfilePage, saveProfile } from './pages/edit-profile.ts'
import { showFailure } from './pages/failure.ts'
import { historyPage } from './pages/history.ts'
import { homePage } from './pages/home.ts'
import { learningPage } from './pages/learning.ts'
import { profilePage } from './pages/profile.ts'

/** What the talent centre asks for: who the person is, their profile, and to read what they learned. */
const scope = 'openid profile email user:read user:write learning:read'

/** The talent centre, a web module of one's own: a person's profile and learning. */
export function createApp({ userApiUrl, openApiUrl, projectCenterUrl, ...own }: TalentCenterOptions): Koa {
  const { log = console.error, issuer } = own
  const login = createLogin({ ...own, scope, cookie: 'talent-center', locale: localeChoice.of })
  const deps: TalentCenterDeps = {
    login,
    links: { account: `${issuer}/account/sessions`, projectCenter: projectCenterUrl },
    log,
    userApi: createUserApi({ login, userApiUrl }),
    openApi: createOpenApi({ login, openApiUrl }),
  }

  const router = new Router()
  router.get('/', login.attempted, homePage(deps))
  router.get('/profile', login.required, profilePage(deps))
  router.get('/profile/edit', login.required, editProfilePage(deps))
  router.post('/profile/edit', login.required, saveProfile(deps))
  router.get('/learning', login.required, learningPage(deps))
  router.get('/learning/history', login.required, historyPage(deps))
  router.get('/learning/:courseId', login.required, coursePage(deps))
  router.get('/talent.css', asset('talent.css'))
  router.get('/icon.svg', asset('icon.svg'))

  const app = new Koa()
  app.use(securityHeaders(issuer))
  app.use(failuresAsPages({ show: (ctx, failure) => showFailure(ctx, failure, deps), log }))
  app.use(login.routes())
  app.use(router.routes())
  return app
}
