import type { Context } from 'koa'
import { type AuthenticationDeps, authenticateClient } from '../core/client-authentication/index.ts'
import { OAuthError } from '../core/errors.ts'
import type { TokenRequest } from '../core/grants/grant-handler.ts'
import { type Params, requireSingle } from '../core/params.ts'
import { callerOf } from './caller.ts'
import { readFormParams } from './form.ts'

/** Reads a POST in which a client proves who it is (RFC 6749 section 2.3). @throws OAuthError invalid_request, invalid_client. */
export async function readClientRequest(ctx: Context, deps: AuthenticationDeps): Promise<TokenRequest> {
  return proveClient(ctx, await readFormParams(ctx), deps)
}

/** The same for parameters that were read. */
export async function proveClient(ctx: Context, params: Params, deps: AuthenticationDeps): Promise<TokenRequest> {
  requireSingle(params)
  requireOneAuthorization(ctx)
  const endpoint = `${deps.config.issuer}${ctx.path}`
  const caller = callerOf(ctx)
  const presentation = { authorization: ctx.get('authorization'), params, endpoint, address: caller.address }
  const client = await authenticateClient(presentation, deps)
  return { client, params, caller }
}

/** Node keeps the first of several and drops the rest, so it would be by chance who asks (RFC 6749 section 2.3: one method in each request). */
function requireOneAuthorization({ req: { rawHeaders } }: Context): void {
  const count = rawHeaders.filter((name, i) => i % 2 === 0 && name.length === 13 && name.toLowerCase() === 'authorization').length
  if (count > 1) throw new OAuthError('invalid_request', 'the Authorization header must not be repeated')
}
