import type { Context, Middleware } from 'koa'
import { type AuthorizationRequest, proveAsker, readAuthorizationRequest } from '../core/authorization-request.ts'
import type { Params } from '../core/params.ts'
import type { AuthDeps } from '../deps.ts'
import { readKeptForm, readQueryParams } from '../http/form.ts'
import { postpone, proceed } from '../http/proceed.ts'
import { redirectingFailures } from '../http/redirecting-failures.ts'
import { browserSessions } from '../http/session.ts'

/** Where the parameters of a request come from, and how it goes on from there. */
interface Source {
  read(ctx: Context): Params | Promise<Params>
  go(ctx: Context, asked: { params: Params; request: AuthorizationRequest }, deps: AuthDeps): Promise<void>
}

/** OpenID Connect Core section 3.1.2.1. A POST from another site brings no Lax cookie: it is kept, and the browser comes back with a GET. */
const sources: Record<string, Source> = {
  GET: {
    read: readQueryParams,
    go: async (ctx, { params, request }, deps) =>
      proceed(ctx, { request, sessions: await browserSessions(ctx, deps), from: { params: params.entries() } }, deps),
  },
  POST: {
    read: (ctx) => readKeptForm(ctx),
    go: (ctx, { params }, deps) => postpone(ctx, params.entries(), deps),
  },
}

/** Puts a request into the core's words. */
export type Translation = (params: Params, deps: AuthDeps) => Params | Promise<Params>

/**
 * `GET|POST /oauth2/authorize` (RFC 6749 section 3.1): failures show a page until client and redirect URI are proven, and go to the client from
 * there on. `translated`: for clients that speak a dialect.
 */
export const authorizeEndpoint =
  (deps: AuthDeps, translated: Translation = (params) => params): Middleware =>
  async (ctx, next) => {
    const source = sources[ctx.method]
    if (!source) return next()
    const params = await translated(await source.read(ctx), deps)
    ctx.state['ui_locales'] = params.get('ui_locales')
    const asker = await proveAsker(params, deps)
    await redirectingFailures(ctx, asker, deps, async () => {
      const request = await readAuthorizationRequest(params, asker, deps)
      await source.go(ctx, { params, request }, deps)
    })
  }
