import Router from '@koa/router'
import Koa from 'koa'
import { createDeps } from './deps.ts'
import { asset } from './http/asset.ts'
import { failuresAsPages, notFound } from './http/failures.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { SiteOptions } from './options.ts'
import { home } from './routes/home.ts'
import { callback, login } from './routes/sign-in.ts'
import { logout } from './routes/sign-out.ts'

/** LearnTrack: a site of another company, which signs people in with Menshen and reads their learning from its open API. */
export function createApp(options: SiteOptions): Koa {
  const deps = createDeps(options)
  const router = new Router()
  router.get('/', home(deps))
  router.get('/login', login(deps))
  router.get('/callback', callback(deps))
  router.post('/logout', logout(deps))
  router.get('/site.css', asset('site.css', 'text/css; charset=utf-8'))
  router.get('/icon.svg', asset('icon.svg', 'image/svg+xml'))

  const app = new Koa()
  app.use(securityHeaders)
  app.use(failuresAsPages(deps))
  app.use(router.routes())
  app.use(notFound)
  return app
}
