import Router from '@koa/router'
import { createLogin, failuresAsPages } from '@menshen/login'
import Koa from 'koa'
import { home } from './home.ts'
import { asset } from './http/asset.ts'
import { securityHeaders } from './http/security-headers.ts'
import { beginAsNoted, showAnswer } from './note.ts'
import type { SiteOptions } from './options.ts'
import { showFailure } from './pages/failure.ts'
import { phrasesFor } from './phrases.ts'

/** What this site asks for: who the person is, and to read what they learned. */
const scope = 'openid profile learning:read'

/** LearnTrack: a site of another company, which signs people in with Menshen and reads their learning from its open API. */
export function createApp(options: SiteOptions): Koa {
  const { openApiUrl, noteClient: _, log = console.error, ...own } = options
  const login = createLogin({
    ...own,
    log,
    scope,
    cookie: 'third_party_site',
    signOutEverywhere: false, // a guest at Menshen: leaving here does not end the session there
    locale: (ctx) => phrasesFor(ctx).locale,
  })
  const router = new Router()
  router.get('/', home({ login, openApiUrl, log }))
  router.get('/test', showAnswer(options))
  router.get('/test/begin', beginAsNoted(options))
  router.get('/site.css', asset('site.css', 'text/css; charset=utf-8'))
  router.get('/icon.svg', asset('icon.svg', 'image/svg+xml'))

  const app = new Koa()
  app.use(securityHeaders)
  app.use(failuresAsPages({ show: showFailure, log }))
  app.use(login.routes())
  app.use(router.routes())
  return app
}
