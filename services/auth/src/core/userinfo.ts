import { isFor, verifyAccessToken } from './access-token.ts'
import { claimsOf, claimsOfScope, requestedOf } from './claims.ts'
import { OAuthError } from './errors.ts'
import { standingGrant } from './grant.ts'
import type { CoreDeps } from './ports.ts'
import { includesScope } from './scope.ts'
import type { IssuanceDeps } from './token-issuance.ts'
import type { User } from './types.ts'

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
  const [grant, user] = await Promise.all([standingGrant(claims.grant_id, deps), aliveUser(claims.sub, deps)])
  if (!grant || !user)
    throw new OAuthError('invalid_token', 'the authorization was withdrawn', { detail: { grant_id: claims.grant_id } })
  const requested = requestedOf(user, grant.claims?.userinfo ?? {})
  return { sub: user.sub, ...requested, ...claimsOf(user, claimsOfScope(claims.scope)) }
}

async function aliveUser(sub: string, { users }: Pick<CoreDeps, 'users'>): Promise<User | undefined> {
  const user = await users.find(sub)
  return user?.disabledAt === null ? user : undefined
}
