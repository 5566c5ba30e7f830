import type { Middleware } from 'koa'
import { requesterOf } from '../core/client-limits.ts'
import { grantFor } from '../core/grants/index.ts'
import type { AuthDeps } from '../deps.ts'
import { readClientRequest } from '../http/client-request.ts'
import { ownerOf } from '../metrics.ts'

/** `POST /oauth2/token` (RFC 6749 section 3.2). */
export const tokenEndpoint =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const { client, params, caller } = await readClientRequest(ctx, deps)
    deps.requestLimit.count(requesterOf(client, caller.address))
    const grant = grantFor(params.required('grant_type'), client)
    ctx.body = await grant.handle({ client, params: params.only(grant.parameters), caller }, deps)
    deps.metrics.count('menshen_tokens_total', { grant_type: grant.type, client: ownerOf(client) })
    ctx.set({ 'cache-control': 'no-store', pragma: 'no-cache' })
  }
