import { randomUUID } from 'node:crypto'
import type { Keys } from './keys.ts'
import type { CoreConfig } from './ports.ts'
import type { Target } from './resource.ts'
import type { Grant, SigningAlgorithm } from './types.ts'

export interface AccessTokenDeps {
  config: Pick<CoreConfig, 'issuer' | 'accessTokenTtl'>
  clock: { now(): number }
  signing: Keys
}

/** Who a token speaks for: a Grant, or a client on its own behalf. */
export type Bearer = Pick<Grant, 'client_id' | 'sub' | 'grant_id' | 'sid' | 'auth_time'> | { client_id: string; sub: string }

/** Issues a JWT access token (RFC 9068 section 2). */
export async function issueAccessToken(
  bearer: Bearer,
  target: Target,
  { config, clock, signing }: AccessTokenDeps,
): Promise<{ access_token: string; expires_in: number }> {
  const expires_in = lifetime(target, config.accessTokenTtl)
  const iat = Math.floor(clock.now() / 1000)
  const claims = {
    iss: config.issuer,
    sub: bearer.sub,
    aud: target.aud.length === 1 ? target.aud[0] : target.aud,
    client_id: bearer.client_id,
    scope: target.scope,
    iat,
    exp: iat + expires_in,
    jti: randomUUID(),
    ...('grant_id' in bearer && { grant_id: bearer.grant_id, sid: bearer.sid, auth_time: bearer.auth_time }),
  }
  return { access_token: await signing.sign(claims, { alg: algorithm(target), typ: 'at+jwt' }), expires_in }
}

/** The shortest that one of the APIs asks for. */
const lifetime = ({ apis }: Target, byDefault: number) =>
  Math.min(...apis.map((api) => api.access_token_ttl ?? byDefault), apis.length > 0 ? Infinity : byDefault)

const algorithm = ({ apis }: Target): SigningAlgorithm =>
  apis.length > 0 && apis.every((api) => api.access_token_signing_alg === 'RS256') ? 'RS256' : 'ES256'
