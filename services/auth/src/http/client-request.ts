import type { Context } from 'koa'
import { authenticateClient } from '../core/client-authentication/index.ts'
import type { TokenRequest } from '../core/grants/grant-handler.ts'
import { requireSingle } from '../core/params.ts'
import type { Stores } from '../core/ports.ts'
import { readFormParams } from './form.ts'

/** Reads a POST in which a client proves who it is (RFC 6749 section 2.3). @throws OAuthError invalid_request, invalid_client. */
export async function readClientRequest(ctx: Context, deps: Pick<Stores, 'clients'>): Promise<TokenRequest> {
  const params = await readFormParams(ctx)
  requireSingle(params)
  const client = await authenticateClient({ authorization: ctx.get('authorization'), params }, deps)
  return { client, params }
}
