import type { RequestListener } from 'node:http'
import Router from '@koa/router'
import { type Listening, listen } from '@menshen/shared/testing/http'
import Koa from 'koa'
import { projectCenter, type TestClient } from '../../../../services/auth/test/support/people.ts'
import type { TestAuth } from '../../../../services/auth/test/support/start-auth.ts'
import { createLogin, failuresAsPages, type Login, type LoginOptions, readForm } from '../../src/index.ts'

/** A module of two pages that signs people in at auth. */
export interface Module extends Listening {
  client: TestClient
  login: Login
  log: string[]
  /** Where its page asks; `${auth}/oauth2/userinfo` at first. */
  api: { url: string }
  saved: string[]
  /** Moves its clock, in milliseconds. */
  pass(time: number): void
}

/** Starts it on a free port and registers it as the project centre. */
export async function startModule(auth: TestAuth, changes: Partial<LoginOptions> & { path?: string } = {}): Promise<Module> {
  let handle: RequestListener = () => {}
  const server = await listen({ callback: () => (req, res) => handle(req, res) })
  const { path = '', ...options } = changes
  const baseUrl = `${server.url}${path}`
  const client = { ...projectCenter, redirect_uris: [`${baseUrl}/callback`] }
  await auth.setClient(client, {
    redirect_uris: client.redirect_uris,
    post_logout_redirect_uris: [`${baseUrl}/`],
    backchannel_logout_uri: `${baseUrl}/backchannel-logout`,
  })
  let ahead = 0
  const log: string[] = []
  const login = createLogin({
    issuer: auth.url,
    clientId: client.client_id,
    clientSecret: client.secret ?? '',
    baseUrl,
    scope: 'openid profile project:read project:write',
    cookie: 'project-center',
    allowInsecure: true,
    now: () => Date.now() + ahead,
    log: (line) => void log.push(line),
    ...options,
  })
  const api = { url: `${auth.url}/oauth2/userinfo` }
  const saved: string[] = []
  handle = createApp({ login, log, api, saved, path }).callback()
  const pass = (time: number) => {
    ahead += time
  }
  return { ...server, url: baseUrl, client, login, log, api, saved, pass }
}

function createApp({ login, log, api, saved, path }: Pick<Module, 'login' | 'log' | 'api' | 'saved'> & { path: string }): Koa {
  const router = new Router({ prefix: path })
  router.get('/', async (ctx) => {
    ctx.body = `welcome ${(await login.person(ctx))?.name ?? 'stranger'}`
  })
  router.get('/entrance', login.attempted, async (ctx) => {
    ctx.body = `entrance of ${(await login.person(ctx))?.name ?? 'stranger'}`
  })
  router.get('/page', login.required, async (ctx) => {
    ctx.body = { person: await login.person(ctx), typed: (await login.typed(ctx)) ?? null }
  })
  router.post('/page', login.required, async (ctx) => {
    const form = await readForm(ctx)
    await login.fetch(ctx, api.url)
    saved.push(form.get('title') ?? '')
    ctx.body = 'saved'
  })
  router.get('/numbers', login.required, async (ctx) => {
    const answer = await login.fetch(ctx, api.url)
    ctx.body = `${answer.status} ${await answer.text()}`
  })

  const app = new Koa()
  app.use(
    failuresAsPages({
      show: (ctx, { kind, code }) => {
        ctx.body = `${kind} ${code ?? ''}`
      },
      log: (line) => void log.push(line),
    }),
  )
  app.use(login.routes())
  app.use(router.routes())
  return app
}
