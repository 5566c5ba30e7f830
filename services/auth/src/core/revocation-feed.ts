import { type AccessTokenClaims, isFor, verifyAccessToken } from './access-token.ts'
import { standingClient } from './client.ts'
import { OAuthError } from './errors.ts'
import type { CoreDeps } from './ports.ts'
import { includesScope, revocationScope } from './scope.ts'
import type { IssuanceDeps } from './token-issuance.ts'
import type { Revocation } from './types.ts'

/** A part of what ended before its tokens did, the earliest first. */
export interface RevocationPage {
  revocations: ToldRevocation[]
  /** To ask with for what comes next. */
  cursor: string
  /** Whether there is more already. */
  more: boolean
}

/** Tokens with this `grant_id`, `jti` or `client_id` are good no more. */
export interface ToldRevocation {
  claim: Revocation['kind']
  value: string
  /** Only those with an earlier `iat`, in seconds; null: all. */
  issued_before: number | null
  /** When no such token can be alive any more, in seconds. */
  expires_at: number
}

const PAGE = 1000
/** What is committed late, or by a process whose clock is behind, lies up to this far back, in milliseconds. */
const READ_AGAIN_MS = 10_000

/**
 * What ended since the cursor was given: a reader that asks again with each cursor misses nothing, as the last ten seconds are told again. Without a
 * cursor everything that tokens which live could still meet. @throws OAuthError invalid_request when the cursor is none of ours.
 */
export async function readRevocations(
  cursor: string | undefined,
  { revocations, clock }: Pick<CoreDeps, 'revocations' | 'clock'>,
): Promise<RevocationPage> {
  const place = placeOf(cursor)
  const found = await ('id' in place
    ? revocations.after([place.at, place.id], PAGE)
    : revocations.since(Math.max(0, place.at - READ_AGAIN_MS), PAGE))
  const last = found.at(-1)
  const more = found.length === PAGE
  const now = clock.now()
  const newest = Math.min(Math.max(last?.at ?? place.at, now - READ_AGAIN_MS), now) // a process whose clock is ahead must not hide what others write
  return {
    revocations: found.map(({ kind, value, issuedBefore, endsAt }) => ({
      claim: kind,
      value,
      issued_before: issuedBefore,
      expires_at: Math.ceil(endsAt / 1000),
    })),
    cursor: more && last ? `${last.at} ${last.id}` : String(newest),
    more,
  }
}

function placeOf(cursor = '0'): { at: number } | { at: number; id: string } {
  const [, at = '', id] = /^(\d{1,15})(?: ((?:grant_id|jti|client_id) .{1,300}))?$/s.exec(cursor) ?? []
  if (at === '') throw new OAuthError('invalid_request', 'the cursor is not one that was given')
  return id === undefined ? { at: Number(at) } : { at: Number(at), id }
}

/**
 * Lets a service of the suite pass that may read the feed by a token of its own. @throws OAuthError invalid_token, insufficient_scope (RFC 6750 section
 * 3.1).
 */
export async function requireFeedReader(token: string, deps: IssuanceDeps): Promise<AccessTokenClaims> {
  const claims = await verifyAccessToken(token, deps)
  if (!claims) throw new OAuthError('invalid_token', 'the token is malformed, expired or not an access token of ours')
  if (!isFor(claims, deps.config.issuer)) throw new OAuthError('invalid_token', 'the token is for another audience')
  if (claims.grant_id !== undefined || !includesScope(claims.scope, revocationScope))
    throw new OAuthError('insufficient_scope', `a service needs the scope ${revocationScope}, and a token of its own`)
  const [client, revoked] = await Promise.all([standingClient(claims.client_id, deps), deps.revokedTokens.has(claims.jti)])
  if (!client?.first_party || revoked) throw new OAuthError('invalid_token', 'the token was revoked')
  return claims
}
