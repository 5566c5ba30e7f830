import type { Middleware } from 'koa'
import { proveAsker, readAuthorizationRequest } from '../core/authorization-request.ts'
import type { AuthDeps } from '../deps.ts'
import { readQueryParams } from '../http/form.ts'
import { proceed } from '../http/proceed.ts'
import { redirectingFailures } from '../http/redirecting-failures.ts'
import { currentSession } from '../http/session.ts'

/** `GET /oauth2/authorize` (RFC 6749 section 3.1): failures show a page until client and redirect URI are proven, and are redirected from there on. */
export const authorizeEndpoint =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const params = readQueryParams(ctx)
    const asker = await proveAsker(params, deps)
    await redirectingFailures(ctx, asker, deps, async () => {
      const request = await readAuthorizationRequest(params, asker, deps)
      const session = await currentSession(ctx, deps)
      await proceed(ctx, { request, session, from: { params: params.entries() } }, deps)
    })
  }
