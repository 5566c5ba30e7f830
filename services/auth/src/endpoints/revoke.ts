import type { Middleware } from 'koa'
import { revokeToken } from '../core/revocation.ts'
import type { AuthDeps } from '../deps.ts'
import { readClientRequest } from '../http/client-request.ts'

/** `POST /oauth2/revoke` (RFC 7009 section 2): 200 also for a token that is not known (section 2.2). */
export const revokeEndpoint =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const { client, params } = await readClientRequest(ctx, deps)
    await revokeToken({ token: params.required('token'), client }, deps)
    ctx.body = {} // clients ignore it, but some insist on JSON
  }
