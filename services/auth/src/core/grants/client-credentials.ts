import { issueAccessToken } from '../access-token.ts'
import { OAuthError } from '../errors.ts'
import { narrowedResources, targetOf } from '../resource.ts'
import { grantableScope, openidScopes, scopesOf } from '../scope.ts'
import type { GrantHandler } from './grant-handler.ts'

/** A confidential client acts for itself (RFC 6749 section 4.4); nothing is stored. */
export const clientCredentials: GrantHandler = {
  type: 'client_credentials',
  parameters: ['scope', 'resource'],
  source: 'RFC 6749 section 4.4',

  async handle({ client, params }, deps) {
    if (client.token_endpoint_auth_method === 'none')
      throw new OAuthError('unauthorized_client', 'a public client has no credentials to act with')
    const apis = await deps.apis.all()
    const scope = withoutPerson(grantableScope(params.get('scope'), client, apis))
    const target = targetOf({ scope, resource: narrowedResources(params.all('resource'), [], apis) }, apis, deps.config.issuer)
    const { client_id } = client
    const { access_token, expires_in } = await issueAccessToken({ client_id, sub: client_id }, { client, target }, deps)
    return { access_token, token_type: 'Bearer', expires_in, scope: target.scope }
  },
}

/** Scopes about a person mean nothing where there is none. */
function withoutPerson(scope: string): string {
  const rest = scopesOf(scope).filter((name) => !(openidScopes as readonly string[]).includes(name))
  if (rest.length === 0) throw new OAuthError('invalid_scope', 'none of the scopes asked for may be given to a client by itself')
  return rest.join(' ')
}
