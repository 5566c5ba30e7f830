import type { Middleware } from 'koa'
import { grantFor } from '../core/grants/index.ts'
import type { AuthDeps } from '../deps.ts'
import { readClientRequest } from '../http/client-request.ts'

/** `POST /oauth2/token` (RFC 6749 section 3.2). */
export const tokenEndpoint =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const request = await readClientRequest(ctx, deps)
    const grant = grantFor(request.params.required('grant_type'), request.client)
    ctx.body = await grant.handle(request, deps)
    ctx.set({ 'cache-control': 'no-store', pragma: 'no-cache' })
  }
