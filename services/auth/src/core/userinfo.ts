import { type AccessTokenClaims, isFor, verifyAccessToken } from './access-token.ts'
import { claimsOf, claimsOfScope, requestedOf } from './claims.ts'
import { standingClient } from './client.ts'
import { OAuthError } from './errors.ts'
import { standingGrant } from './grant.ts'
import { includesScope } from './scope.ts'
import type { IssuanceDeps } from './token-issuance.ts'
import type { Client, Grant, User } from './types.ts'

/**
 * What a token may know of its person (OpenID Connect Core section 5.3.2). @throws OAuthError invalid_token, insufficient_scope without `openid`
 * (RFC 6750 section 3.1).
 */
export async function userinfo(token: string, deps: IssuanceDeps): Promise<Record<string, unknown>> {
  const { claims, grant, client, user } = await requireHolder(token, deps)
  const requested = grant.claims ? requestedOf(user, grant.claims.userinfo, client) : {}
  return { sub: deps.subjectOf(client, user.sub), ...requested, ...claimsOf(user, claimsOfScope(claims.scope)) }
}

/** All that an access token for userinfo rests on. */
export interface Holder {
  claims: AccessTokenClaims
  grant: Grant
  client: Client
  user: User
}

/** Who holds a token, and of whom, while all of it stands. @throws OAuthError as `userinfo` does. */
export async function requireHolder(token: string, deps: IssuanceDeps): Promise<Holder> {
  const claims = await verifyAccessToken(token, deps)
  if (!claims) throw new OAuthError('invalid_token', 'the token is malformed, expired or not an access token of ours')
  if (!isFor(claims, deps.config.issuer)) throw new OAuthError('invalid_token', 'the token is for another audience')
  if (claims.grant_id === undefined || !includesScope(claims.scope, 'openid'))
    throw new OAuthError('insufficient_scope', 'the token needs the scope openid')
  const grant = await standingGrant(claims.grant_id, deps)
  const [user, client] = grant ? await Promise.all([deps.users.find(grant.sub), standingClient(grant.client_id, deps)]) : []
  if (!grant || !client || user?.disabledAt !== null)
    throw new OAuthError('invalid_token', 'the authorization was withdrawn', { detail: { grant_id: claims.grant_id } })
  return { claims, grant, client, user }
}
