import type { Middleware } from 'koa'
import { OAuthError } from '../core/errors.ts'
import { introspect } from '../core/introspection.ts'
import type { AuthDeps } from '../deps.ts'
import { readClientRequest } from '../http/client-request.ts'

/**
 * `POST /oauth2/introspect` (RFC 7662 section 2): for clients that can prove who they are, so that nobody fishes for tokens (section 2.1). `askers`: who may
 * ask; the tokens may be anybody's.
 */
export const introspectEndpoint =
  (deps: AuthDeps, { clients: askers }: Pick<AuthDeps, 'clients'>): Middleware =>
  async (ctx) => {
    const { client, params } = await readClientRequest(ctx, { ...deps, clients: askers })
    if (client.token_endpoint_auth_method === 'none')
      throw new OAuthError('invalid_client', 'a public client may not introspect', { detail: { client_id: client.client_id } })
    ctx.body = await introspect({ token: params.required('token'), client }, deps)
  }
