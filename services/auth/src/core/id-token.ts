import { createHash } from 'node:crypto'
import type { Keys } from './keys.ts'
import type { CoreConfig } from './ports.ts'
import type { Client, Grant } from './types.ts'

export interface IdTokenDeps {
  config: Pick<CoreConfig, 'issuer' | 'idTokenTtl'>
  clock: { now(): number }
  signing: Keys
}

/** Issues an ID token (OpenID Connect Core section 2) beside an access token. */
export function issueIdToken(
  { client, grant, nonce, access_token }: { client: Client; grant: Grant; nonce: string | null; access_token: string },
  { config, clock, signing }: IdTokenDeps,
): Promise<string> {
  const iat = Math.floor(clock.now() / 1000)
  const claims = {
    iss: config.issuer,
    sub: grant.sub,
    aud: client.client_id,
    iat,
    exp: iat + config.idTokenTtl,
    auth_time: grant.auth_time,
    amr: grant.amr,
    sid: grant.sid,
    at_hash: leftHalfHash(access_token),
    ...(nonce !== null && { nonce }),
  }
  return signing.sign(claims, { alg: client.id_token_signed_response_alg, typ: 'JWT' })
}

/** The left half of a SHA-256, as RS256 and ES256 want it (OpenID Connect Core section 3.1.3.6). */
const leftHalfHash = (token: string) => createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')
