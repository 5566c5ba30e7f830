import Router from '@koa/router'
import Koa from 'koa'
import { assets } from './http/assets.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { AppOptions } from './options.ts'

/** Serves the mobile app: static files, and where they find Menshen and its APIs. The login itself is between the phone and Menshen. */
export function createApp(options: AppOptions): Koa {
  const router = new Router()
  for (const { path, serve } of assets) router.get(path, serve)
  router.get('/config.json', (ctx) => {
    ctx.body = options
  })

  const app = new Koa()
  app.use(securityHeaders(options))
  app.use(router.routes())
  return app
}
