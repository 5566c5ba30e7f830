import { createHash } from 'node:crypto'
import { acrOf } from './acr.ts'
import { requestedOf } from './claims.ts'
import type { Keys } from './keys.ts'
import type { CoreConfig, CoreDeps } from './ports.ts'
import type { Client, Grant } from './types.ts'

export interface IdTokenDeps extends Pick<CoreDeps, 'users' | 'subjectOf'> {
  config: Pick<CoreConfig, 'issuer' | 'idTokenTtl'>
  clock: { now(): number }
  signing: Keys
}

/** Issues an ID token (OpenID Connect Core section 2) beside an access token; of the person it tells what was asked for by name only. */
export async function issueIdToken(
  { client, grant, nonce, access_token }: { client: Client; grant: Grant; nonce: string | null; access_token: string },
  { config, clock, signing, users, subjectOf }: IdTokenDeps,
): Promise<string> {
  const iat = Math.floor(clock.now() / 1000)
  const claims = {
    ...(await requested(grant, client, users)),
    iss: config.issuer,
    sub: subjectOf(client, grant.sub),
    aud: client.client_id,
    iat,
    exp: iat + config.idTokenTtl,
    auth_time: grant.auth_time,
    acr: acrOf(grant.amr),
    amr: grant.amr,
    sid: grant.sid,
    at_hash: leftHalfHash(access_token),
    ...(nonce !== null && { nonce }),
  }
  return signing.sign(claims, { alg: client.id_token_signed_response_alg, typ: 'JWT' })
}

/** The person is read only when something of them was asked for. */
async function requested({ sub, claims }: Grant, client: Client, users: IdTokenDeps['users']): Promise<Record<string, unknown>> {
  if (!claims || Object.keys(claims.id_token).length === 0) return {}
  const user = await users.find(sub)
  return user ? requestedOf(user, claims.id_token, client) : {}
}

/** The left half of a SHA-256, as RS256 and ES256 want it (OpenID Connect Core section 3.1.3.6). */
const leftHalfHash = (token: string) => createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')
