import { decodeJwt } from 'jose'
import type { Context } from 'koa'
import { requesterOf } from '../core/client-limits.ts'
import { grantFor } from '../core/grants/index.ts'
import { createParams, type Params } from '../core/params.ts'
import type { TokenResponse } from '../core/token-issuance.ts'
import type { Client, Grant } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { proveClient } from '../http/client-request.ts'
import { readFormParams, readQueryParams } from '../http/form.ts'
import { ownerOf } from '../metrics.ts'

/** The parameters of a request, which stand in its query, its form or both; what stands in both is there twice. */
export async function readAnyParams(ctx: Context): Promise<Params> {
  const query = readQueryParams(ctx)
  if (!hasBody(ctx)) return query
  const pairs = [query, await readFormParams(ctx)].flatMap((params) => params.entries())
  return createParams(pairs.flatMap(([name, values]) => values.map((value) => [name, value] as const)))
}

/** RFC 9112 section 6.3. */
const hasBody = ({ req: { headers } }: Context) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

export interface Given {
  client: Client
  tokens: TokenResponse
  /** What they rest on; undefined for a client that acts for itself. */
  grant: Grant | undefined
}

/**
 * What the token endpoint gives for such a request, in the core's words (RFC 6749 section 5.1). The secret may come by Basic, in the form or in the query,
 * whichever the client registered; `withoutSecret`: it may also be left out. @throws OAuthError as the token endpoint does.
 */
export async function giveTokens(
  ctx: Context,
  { params, withoutSecret = false }: { params: Params; withoutSecret?: boolean },
  deps: AuthDeps,
): Promise<Given> {
  const method = presentedMethod(ctx, params, withoutSecret)
  const { client, caller } = await proveClient(ctx, params, { ...deps, clients: registeredFor(method, deps.clients) })
  deps.requestLimit.count(requesterOf(client, caller.address))
  const handler = grantFor(params.required('grant_type'), client)
  const tokens = await handler.handle({ client, params: params.only(handler.parameters), caller }, deps)
  deps.metrics.count('menshen_tokens_total', { grant_type: handler.type, client: ownerOf(client) })
  const { grant_id } = decodeJwt<{ grant_id?: string }>(tokens.access_token)
  return { client, tokens, grant: grant_id === undefined ? undefined : await deps.grants.find(grant_id) }
}

function presentedMethod(ctx: Context, params: Params, withoutSecret: boolean): Client['token_endpoint_auth_method'] {
  if (ctx.get('authorization') !== '') return 'client_secret_basic'
  return withoutSecret && params.get('client_secret') === undefined ? 'none' : 'client_secret_post'
}

/** The clients as if each had registered for this method. */
const registeredFor = (method: Client['token_endpoint_auth_method'], clients: AuthDeps['clients']): AuthDeps['clients'] => ({
  ...clients,
  async find(client_id) {
    const client = await clients.find(client_id)
    return client && { ...client, token_endpoint_auth_method: method }
  },
})
