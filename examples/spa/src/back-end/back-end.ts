import Router from '@koa/router'
import { createLogin } from '@menshen/login'
import type { Middleware } from 'koa'
import { page } from '../http/page.ts'
import type { AppOptions } from '../options.ts'
import { forward } from './forward.ts'
import { requireOwnScript } from './own-script.ts'

type BackEndOptions = AppOptions & { scope: string; log: (line: string) => void }

/**
 * The small back end of the front end (OAuth 2.0 for Browser-Based Applications section 6.1): it signs the person in, keeps the tokens, and makes the
 * page's calls in the person's name. The browser holds an HttpOnly cookie.
 */
export function createBackEnd(options: BackEndOptions): Middleware {
  const { userApiUrl, projectApiUrl, issuer, baseUrl, clientId, clientSecret, allowInsecure = false, scope, log } = options
  const client = { issuer, clientId, clientSecret, allowInsecure, scope, log }
  const login = createLogin({ ...client, baseUrl: `${baseUrl}/bff`, cookie: 'spa_backend' })
  const router = new Router({ prefix: '/bff' })
  router.get('/', login.attempted, page)
  router.get('/config.json', (ctx) => {
    ctx.body = { holder: 'backEnd', userApiUrl: '/bff/api', projectApiUrl: '/bff/api' }
  })

  router.get('/session', requireOwnScript, async (ctx) => {
    const person = await login.person(ctx)
    ctx.body = { person: person ? { sub: person.sub } : null }
  })
  router.use('/api', requireOwnScript, login.required)
  router.get('/api/users/me', forward(login, userApiUrl))
  router.patch('/api/users/me', forward(login, userApiUrl))
  router.get('/api/projects', forward(login, projectApiUrl))

  const signIn = login.routes()
  const own = router.routes() as Middleware
  return (ctx, next) => signIn(ctx, () => own(ctx, next))
}
