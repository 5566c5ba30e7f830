import { randomUUID } from 'node:crypto'
import { lifetimesFor } from './dialect.ts'
import type { Keys } from './keys.ts'
import type { CoreConfig } from './ports.ts'
import type { Target } from './resource.ts'
import type { Client, Grant, SigningAlgorithm } from './types.ts'

export interface AccessTokenDeps {
  config: Pick<CoreConfig, 'issuer' | 'codeTtl' | 'accessTokenTtl'>
  clock: { now(): number }
  signing: Keys
}

/** Who a token speaks for: a Grant, or a client on its own behalf. */
export type Bearer = Pick<Grant, 'client_id' | 'sub' | 'grant_id' | 'sid' | 'auth_time'> | { client_id: string; sub: string }

/** Issues a JWT access token (RFC 9068 section 2). */
export async function issueAccessToken(
  bearer: Bearer,
  { client, target }: { client: Client; target: Target },
  { config, clock, signing }: AccessTokenDeps,
): Promise<{ access_token: string; expires_in: number }> {
  const expires_in = lifetime(target, lifetimesFor(client, config).accessToken)
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
  return { access_token: await signing.sign(claims, { alg: algorithm(client, target), typ: 'at+jwt' }), expires_in }
}

/** The claims of an access token that we issued (RFC 9068 section 2.2). */
export interface AccessTokenClaims {
  iss: string
  sub: string
  aud: string | string[]
  client_id: string
  scope: string
  iat: number
  exp: number
  jti: string
  /** A client that acts for itself has none of these. */
  grant_id?: string
  sid?: string
  auth_time?: number
}

/** An access token of ours that has not expired (RFC 9068 section 4), nothing otherwise; who asks checks `aud` and what it rests on. */
export async function verifyAccessToken(
  token: string,
  { config, clock, signing }: AccessTokenDeps,
): Promise<AccessTokenClaims | undefined> {
  const verified = await signing.verify(token)
  if (verified?.typ !== 'at+jwt' || verified.claims['iss'] !== config.issuer) return undefined
  if ('cnf' in verified.claims) return undefined // RFC 7800 section 3.1: nothing here checks that the sender holds a key
  const claims = verified.claims as unknown as AccessTokenClaims
  return claims.exp * 1000 > clock.now() ? claims : undefined
}

export const isFor = ({ aud }: Pick<AccessTokenClaims, 'aud'>, audience: string): boolean => [aud].flat().includes(audience)

/** The shortest that one of the APIs asks for. */
const lifetime = ({ apis }: Target, byDefault: number) =>
  Math.min(...apis.map((api) => api.access_token_ttl ?? byDefault), apis.length > 0 ? Infinity : byDefault)

/** ES256, unless the client or all of the APIs want RS256. */
function algorithm({ access_token_signing_alg }: Client, { apis }: Target): SigningAlgorithm {
  const wanted = apis.length > 0 && apis.every((api) => api.access_token_signing_alg === 'RS256')
  return wanted || access_token_signing_alg === 'RS256' ? 'RS256' : 'ES256'
}
