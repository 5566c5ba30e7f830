import type { CryptoKey, JWK } from 'jose'
import { boundedText } from '../http/bounded-text.ts'

/** The signatures that are accepted: asymmetric ones that every issuer and library has (RFC 7518 section 3.1). */
export type SigningAlgorithm = 'ES256' | 'RS256'

/** A public key, imported once. */
export interface HeldKey {
  alg: SigningAlgorithm
  key: CryptoKey
  /** Its public members, to see whether it is the same one in the next set. */
  material: string
}

/** By `kid`. */
export type HeldKeys = ReadonlyMap<string, HeldKey>

const TIMEOUT_MS = 3000
const LARGEST_SET = 256 * 1024
const LEAST_RSA_BYTES = 2048 / 8

/** Fetches a JWK Set (RFC 7517 section 5); throws when it doesn't come in time or isn't one. */
export async function fetchJwks(url: string, fetch: typeof globalThis.fetch): Promise<JWK[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'error', signal })
  const text = await boundedText(response, LARGEST_SET)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  const set: unknown = JSON.parse(text)
  if (!isJwks(set)) throw new Error(`${url} is not a JWK Set`)
  return set.keys
}

/** Imports the keys that have a name and can verify signatures, and leaves out all others; those held before stay as they are. */
export async function importJwks(jwks: readonly JWK[], held: HeldKeys = new Map()): Promise<HeldKeys> {
  const keys = new Map<string, HeldKey>()
  for (const jwk of jwks) {
    const key = await importKey(jwk, held)
    if (key && jwk.kid) keys.set(jwk.kid, key)
  }
  return keys
}

async function importKey(jwk: JWK, held: HeldKeys): Promise<HeldKey | undefined> {
  const alg = algorithmOf(jwk)
  if (!alg || !jwk.kid) return undefined
  const members = publicMembers(jwk)
  const material = JSON.stringify(members)
  const same = held.get(jwk.kid)
  if (same?.material === material) return same
  const { importJWK } = await import('jose') // see verify-token.ts: listening does not wait for it
  const key = await importJWK(members, alg).catch(() => undefined)
  return key && !(key instanceof Uint8Array) ? { alg, key, material } : undefined
}

function algorithmOf(jwk: JWK): SigningAlgorithm | undefined {
  if ((jwk.use ?? 'sig') !== 'sig' || jwk.key_ops?.includes('verify') === false) return undefined
  const alg = isP256(jwk) ? 'ES256' : isLongRsa(jwk) ? 'RS256' : undefined
  return (jwk.alg ?? alg) === alg ? alg : undefined
}

const isP256 = (jwk: JWK): boolean => jwk.kty === 'EC' && jwk.crv === 'P-256'

const isLongRsa = (jwk: JWK): boolean => jwk.kty === 'RSA' && Buffer.byteLength(jwk.n ?? '', 'base64url') >= LEAST_RSA_BYTES

/** Nothing private, should an issuer ever publish it, and nothing that changes without the key changing. */
const publicMembers = ({ kty, crv, x, y, n, e }: JWK): JWK => JSON.parse(JSON.stringify({ kty, crv, x, y, n, e }))

const isJwks = (set: unknown): set is { keys: JWK[] } =>
  typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys) && set.keys.every(isObject)

const isObject = (key: unknown): boolean => typeof key === 'object' && key !== null
