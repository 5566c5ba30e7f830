import Router from '@koa/router'
import { failuresAsPages } from '@menshen/login'
import Koa from 'koa'
import { authRedirect } from './auth-redirect.ts'
import { asset } from './http/asset.ts'
import { securityHeaders } from './http/security-headers.ts'
import { showPage } from './http/show-page.ts'
import { login } from './login.ts'
import type { EggClientOptions } from './options.ts'
import { showFailure } from './pages/failure.ts'
import { welcomePage } from './pages/welcome.ts'
import { phrasesFor } from './phrases.ts'

/** The client of egg-oauth2-server's users: no library, each request written out. */
export function createApp({ log = console.error, ...options }: EggClientOptions): Koa {
  const router = new Router()
  router.get('/', (ctx) => showPage(ctx, phrasesFor(ctx), welcomePage(phrasesFor(ctx), options)))
  router.get('/login', login(options))
  router.get('/auth/redirect', authRedirect(options))
  router.get('/egg.css', asset('egg.css', 'text/css; charset=utf-8'))
  router.get('/icon.svg', asset('icon.svg', 'image/svg+xml'))

  const app = new Koa()
  app.use(securityHeaders)
  app.use(failuresAsPages({ show: showFailure, log }))
  app.use(router.routes())
  return app
}
