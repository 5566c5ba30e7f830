import type { Middleware } from 'koa'
import { authenticateClient } from '../core/client-authentication/index.ts'
import { requireSingle } from '../core/params.ts'
import { revokeToken } from '../core/revocation.ts'
import type { AuthDeps } from '../deps.ts'
import { readFormParams } from '../http/form.ts'

/** `POST /oauth2/revoke` (RFC 7009 section 2): 200 also for a token that is not known (section 2.2). */
export const revokeEndpoint =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const params = await readFormParams(ctx)
    requireSingle(params)
    const client = await authenticateClient({ authorization: ctx.get('authorization'), params }, deps)
    await revokeToken({ token: params.required('token'), client }, deps)
    ctx.status = 200
    ctx.body = ''
  }
