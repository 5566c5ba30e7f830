import { OAuthError } from './errors.ts'
import { challengeOf } from './pkce.ts'
import type { CodeFilter, CoreDeps } from './ports.ts'
import { sha256 } from './secrets.ts'
import type { AuthorizationCode } from './types.ts'

/** What a client shows to redeem a code. */
export interface Redemption {
  code: string
  client_id: string
  redirect_uri: string | undefined
  code_verifier: string | undefined
}

/** Who may use a code, all of it in the filter of the one step that uses it. */
export const codeFilter = ({ code, client_id, redirect_uri, code_verifier }: Redemption): CodeFilter => ({
  hash: sha256(code),
  client_id,
  redirect_uri: redirect_uri ?? null, // null: the request had none
  code_challenge: challengeOf(code_verifier),
})

/** The rightful client's second use of a code: of all that is wrong with one, only this is told apart. */
export class CodeUsed extends OAuthError {
  constructor({ grant_id }: AuthorizationCode) {
    super('invalid_grant', 'the code was used before', { detail: { grant_id } })
  }
}

/**
 * Uses a code up, in one step that also proves who asks: a stranger who saw it can't burn it. The rightful client's second use revokes all the
 * first one gave (RFC 6749 section 4.1.2, RFC 9700 section 4.5). `keepUntil`: when what it gives will have ended.
 */
export async function takeCode(
  by: CodeFilter,
  keepUntil: number,
  deps: Pick<CoreDeps, 'codes' | 'grants' | 'clock'>,
): Promise<AuthorizationCode> {
  const taken = await deps.codes.take(by, keepUntil)
  if (!taken) throw new OAuthError('invalid_grant', 'the code is unknown or was not given to this request')
  if (taken.uses > 1) {
    await deps.grants.revoke(taken.grant_id, 'code used twice')
    throw new CodeUsed(taken)
  }
  if (taken.expiresAt <= deps.clock.now()) throw new OAuthError('invalid_grant', 'the code has expired')
  return taken
}
