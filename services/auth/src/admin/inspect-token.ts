import { createPublicKey } from 'node:crypto'
import type { Database } from '@menshen/shared/storage'
import type { JWK } from 'jose'
import { isFor } from '../core/access-token.ts'
import { readJws } from '../core/jws.ts'
import { includesScope, ownScopes, scopesOf } from '../core/scope.ts'
import { sha256 } from '../core/secrets.ts'
import type { Api, SigningAlgorithm } from '../core/types.ts'
import { apis } from '../stores/apis.ts'
import { authorizationCodes } from '../stores/authorization-codes.ts'
import { keys } from '../stores/keys.ts'
import { refreshTokens } from '../stores/refresh-tokens.ts'
import { type Finding, found, standingFindings, textOf, timeFindings } from './token-findings.ts'

/** Whether an API takes a token, and what the token may do there. */
export interface Acceptance {
  resource: string
  name: string
  accepted: boolean
  /** Of the token's scopes those of this API. */
  scopes: string[]
}

export interface Inspection {
  kind: 'access_token' | 'id_token' | 'refresh_token' | 'authorization_code' | 'unknown'
  header: Record<string, unknown> | null
  claims: Record<string, unknown> | null
  findings: Finding[]
  /** Of an access token: every registered API, and auth itself for userinfo. */
  apis: Acceptance[]
}

export interface InspectDeps {
  database: Database
  clock: { now(): number }
  config: { issuer: string }
  /** The keys to verify with; those of auth when left out. */
  jwks?: readonly JWK[] | undefined
}

/** Decodes a token and tells what is wrong with it, check by check, in the order of RFC 9068 section 4. Nothing is used up. */
export async function inspectToken(token: string, deps: InspectDeps): Promise<Inspection> {
  const parts = token.split('.')
  if (parts.length !== 3) return inspectOpaque(token, deps)
  const [header, claims] = [decoded(parts[0]), decoded(parts[1])]
  if (!header || !claims) return unknown('it has three parts, but is no JWT (RFC 7519 section 7.2)')
  const isAccessToken = header['typ'] === 'at+jwt'
  const general = [
    await signatureFinding(token, header, deps),
    typFinding(header['typ']),
    found(
      'iss',
      claims['iss'] === deps.config.issuer,
      textOf(claims['iss']),
      `, but auth is ${deps.config.issuer}: they are compared as text`,
    ),
    ...timeFindings(claims, deps.clock.now()),
    ...(await standingFindings(claims, deps)),
  ]
  if (!isAccessToken) return { kind: 'id_token', header, claims, findings: general, apis: [] }
  const registered = await deps.database.collection(apis).list({}, { orderBy: 'resource' })
  const findings = [...general, audFinding(claims, registered, deps.config.issuer), scopeFinding(claims, registered)]
  const isGood = general.every(({ ok }) => ok)
  return { kind: 'access_token', header, claims, findings, apis: acceptances(claims, registered, isGood, deps.config.issuer) }
}

const unknown = (detail: string): Inspection => ({
  kind: 'unknown',
  header: null,
  claims: null,
  findings: [{ check: 'form', ok: false, detail }],
  apis: [],
})

function decoded(part = ''): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

async function signatureFinding(token: string, { kid, alg }: Record<string, unknown>, deps: InspectDeps): Promise<Finding> {
  const known = deps.jwks ?? (await deps.database.collection(keys).list({})).map(({ publicJwk }) => publicJwk as unknown as JWK)
  const jwk = known.find((key) => key.kid === kid)
  if (!jwk)
    return {
      check: 'signature',
      ok: false,
      detail: `no key ${textOf(kid)}: of another issuer, or signed by a key that was taken out`,
    }
  if (jwk.alg !== alg)
    return {
      check: 'signature',
      ok: false,
      detail: `alg is ${textOf(alg)}, but key ${kid} is for ${jwk.alg} (RFC 8725 section 3.1)`,
    }
  const key = { alg: alg as SigningAlgorithm, publicKey: createPublicKey({ key: { ...jwk }, format: 'jwk' }) }
  const isRight = readJws(token, () => key) !== undefined
  return found('signature', isRight, `${alg} by key ${kid}`, ': it does not fit, the token was changed')
}

function typFinding(typ: unknown): Finding {
  if (typ === 'at+jwt') return { check: 'typ', ok: true, detail: 'at+jwt: an access token (RFC 9068 section 2.1)' }
  const detail = `${textOf(typ)}: an ID token is for the app that asked for it, no API takes it`
  return { check: 'typ', ok: typ === 'JWT', detail: typ === 'JWT' ? detail : `${textOf(typ)}: neither at+jwt nor JWT` }
}

function audFinding(claims: Record<string, unknown>, registered: readonly Api[], issuer: string): Finding {
  const aud = [claims['aud']].flat().map(textOf)
  const strange = aud.filter((name) => name !== issuer && !registered.some(({ resource }) => resource === name))
  return found('aud', strange.length === 0, aud.join(' '), `: no API is registered as ${strange.join(' ')}`)
}

function scopeFinding({ scope }: Record<string, unknown>, registered: readonly Api[]): Finding {
  const scopes = scopesOf(textOf(scope ?? ''))
  const owned = [...ownScopes, ...registered.flatMap((api) => api.scopes.map(({ name }) => name))]
  const strange = scopes.filter((name) => !owned.includes(name))
  return found('scope', strange.length === 0, scopes.join(' ') || 'none', `: no API has ${strange.join(' ')}`)
}

function acceptances(claims: Record<string, unknown>, registered: readonly Api[], isGood: boolean, issuer: string): Acceptance[] {
  const scope = textOf(claims['scope'] ?? '')
  const aud = { aud: [claims['aud']].flat().map(textOf) }
  const ofApi = ({ resource, name, scopes }: Pick<Api, 'resource' | 'name'> & { scopes: readonly string[] }): Acceptance => ({
    resource,
    name,
    accepted: isGood && isFor(aud, resource),
    scopes: scopes.filter((one) => includesScope(scope, one)),
  })
  return [
    ofApi({ resource: issuer, name: 'userinfo', scopes: ownScopes }),
    ...registered.map((api) => ofApi({ ...api, scopes: api.scopes.map(({ name }) => name) })),
  ]
}

/** A refresh token or a code: random bits, known by their hash. */
async function inspectOpaque(token: string, deps: InspectDeps): Promise<Inspection> {
  const hash = sha256(token)
  const [refresh, code] = await Promise.all([
    deps.database.collection(refreshTokens).find({ hash }),
    deps.database.collection(authorizationCodes).find({ hash }),
  ])
  if (refresh) {
    const { grant_id, client_id, usedAt, expiresAt } = refresh
    const unused = found(
      'unused',
      usedAt === null,
      'it was not used',
      `: it was, ${timeOf(usedAt)}; the one that followed is in force`,
    )
    const claims = { grant_id, client_id, exp: Math.floor(expiresAt / 1000) }
    return {
      kind: 'refresh_token',
      header: null,
      claims,
      findings: [unused, ...(await standingFindings(claims, deps))],
      apis: [],
    }
  }
  if (!code) return unknown('nothing is known of it: it has ended, was changed, or is not of here')
  const { grant_id, client_id, uses, expiresAt } = code
  const claims = { grant_id, client_id, exp: Math.floor(expiresAt / 1000) }
  const unused = found('unused', uses === 0, 'it was not redeemed', ': it was redeemed before (RFC 6749 section 4.1.2)')
  const findings = [unused, ...timeFindings(claims, deps.clock.now()), ...(await standingFindings(claims, deps))]
  return { kind: 'authorization_code', header: null, claims, findings, apis: [] }
}

const timeOf = (milliseconds: number | null) => new Date(milliseconds ?? 0).toISOString()
