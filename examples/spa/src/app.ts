import Router from '@koa/router'
import { failuresAsPages } from '@menshen/login'
import Koa from 'koa'
import { createBackEnd } from './back-end/back-end.ts'
import { assets } from './http/assets.ts'
import { page } from './http/page.ts'
import { securityHeaders } from './http/security-headers.ts'
import { showFailure } from './http/show-failure.ts'
import type { AppOptions } from './options.ts'

/** What both ways ask for. */
const scope = 'openid profile user:read user:write project:read project:write'

/** Serves the front end, which is nothing but files, and under `/bff` the same page with a small back end that holds the tokens. */
export function createApp(options: AppOptions): Koa {
  const { issuer, spaClientId, baseUrl, userApiUrl, projectApiUrl, log = console.error } = options
  const router = new Router()
  for (const { path, serve } of assets) router.get(path, serve)
  router.get('/', page)
  router.get('/config.json', (ctx) => {
    ctx.body = { holder: 'page', issuer, clientId: spaClientId, redirect_uri: `${baseUrl}/`, scope, userApiUrl, projectApiUrl }
  })

  const app = new Koa()
  app.use(securityHeaders(options))
  app.use(failuresAsPages({ show: showFailure, log }))
  app.use(createBackEnd({ ...options, scope, log }))
  app.use(router.routes())
  return app
}
