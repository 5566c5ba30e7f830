import { isFor, verifyAccessToken } from './access-token.ts'
import { claimsOf, claimsOfScope, requestedOf } from './claims.ts'
import { standingClient } from './client.ts'
import { OAuthError } from './errors.ts'
import { standingGrant } from './grant.ts'
import { includesScope } from './scope.ts'
import type { IssuanceDeps } from './token-issuance.ts'

/**
 * What a token may know of its person (OpenID Connect Core section 5.3.2). @throws OAuthError invalid_token, insufficient_scope without `openid`
 * (RFC 6750 section 3.1).
 */
export async function userinfo(token: string, deps: IssuanceDeps): Promise<Record<string, unknown>> {
  const claims = verifyAccessToken(token, deps)
  if (!claims) throw new OAuthError('invalid_token', 'the token is malformed, expired or not an access token of ours')
  if (!isFor(claims, deps.config.issuer)) throw new OAuthError('invalid_token', 'the token is for another audience')
  if (claims.grant_id === undefined || !includesScope(claims.scope, 'openid'))
    throw new OAuthError('insufficient_scope', 'the token needs the scope openid')
  const grant = await standingGrant(claims.grant_id, deps)
  const [user, client] = grant ? await Promise.all([deps.users.find(grant.sub), standingClient(grant.client_id, deps)]) : []
  if (!grant || !client || user?.disabledAt !== null)
    throw new OAuthError('invalid_token', 'the authorization was withdrawn', { detail: { grant_id: claims.grant_id } })
  const requested = grant.claims ? requestedOf(user, grant.claims.userinfo, client) : {}
  return { sub: deps.subjectOf(client, user.sub), ...requested, ...claimsOf(user, claimsOfScope(claims.scope)) }
}
