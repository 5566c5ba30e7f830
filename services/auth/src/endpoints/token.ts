import type { Middleware } from 'koa'
import { authenticateClient } from '../core/client-authentication/index.ts'
import { grantFor } from '../core/grants/index.ts'
import { requireSingle } from '../core/params.ts'
import type { AuthDeps } from '../deps.ts'
import { readFormParams } from '../http/form.ts'

/** `POST /oauth2/token` (RFC 6749 section 3.2). */
export const tokenEndpoint =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const params = await readFormParams(ctx)
    requireSingle(params)
    const client = await authenticateClient({ authorization: ctx.get('authorization'), params }, deps)
    const grant = grantFor(params.required('grant_type'), client)
    ctx.body = await grant.handle({ client, params }, deps)
    ctx.set({ 'cache-control': 'no-store', pragma: 'no-cache' })
  }
