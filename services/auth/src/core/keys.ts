import { createPrivateKey, createPublicKey, type KeyObject, sign as signBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { readJws, type VerifiedJws } from './jws.ts'
import type { CoreDeps } from './ports.ts'
import type { SigningAlgorithm, SigningKey } from './types.ts'
import type { Vault } from './vault.ts'

/** What we sign with, and what a client may register for its ID tokens. */
export const signingAlgorithms: readonly SigningAlgorithm[] = ['RS256', 'ES256']

export interface Keys {
  /** Signs claims as a JWT (RFC 7519) with the key that is current for this algorithm. */
  sign(claims: Record<string, unknown>, header: { alg: SigningAlgorithm; typ: string }): Promise<string>
  /** The claims of a JWT that one of our keys signed, expired or not; nothing of any other. */
  verify(token: string): VerifiedJws | undefined
  /** The public keys (RFC 7517 section 5). */
  jwks(): { keys: JWK[] }
}

interface LoadedKey {
  kid: string
  alg: SigningAlgorithm
  privateKey: KeyObject
  publicKey: KeyObject
  publicJwk: JWK
}

/** Loads the signing keys, made at the first start; two processes that start at once end with the same ones. */
export async function openKeys(deps: Pick<CoreDeps, 'keys' | 'clock' | 'vault'>): Promise<Keys> {
  const known = await deps.keys.list()
  const missing = signingAlgorithms.filter((alg) => !known.some((key) => key.alg === alg))
  await Promise.all(missing.map(async (alg) => deps.keys.insertMissing(await makeKey(alg, deps.clock.now(), deps.vault))))
  const stored = missing.length > 0 ? await deps.keys.list() : known
  return keysOf(await Promise.all(stored.map((key) => load(key, deps))))
}

function keysOf(loaded: readonly LoadedKey[]): Keys {
  const current = new Map(loaded.map((key) => [key.alg, key]))
  const byKid = new Map(loaded.map((key) => [key.kid, key]))
  const jwks = { keys: loaded.map(({ publicJwk }) => publicJwk) }
  return {
    sign(claims, { alg, typ }) {
      const key = current.get(alg)
      if (!key) throw new Error(`no ${alg} key`)
      return jwsOf(claims, typ, key)
    },
    verify: (token) => readJws(token, (kid) => byKid.get(kid)),
    jwks: () => jwks,
  }
}

/** A JWS in compact serialization (RFC 7515 section 7.1). */
async function jwsOf(claims: Record<string, unknown>, typ: string, { alg, kid, privateKey }: LoadedKey): Promise<string> {
  const input = `${base64url({ alg, typ, kid })}.${base64url(claims)}`
  const signature = await signers[alg](Buffer.from(input), privateKey)
  return `${input}.${signature.toString('base64url')}`
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * ES256 is quicker signed here (25 us) than handed to another thread and back; RS256 takes ten times as long and goes to the pool
 * (RFC 7518 sections 3.3 and 3.4).
 */
const signers: Record<SigningAlgorithm, (input: Buffer, key: KeyObject) => Buffer | Promise<Buffer>> = {
  ES256: (input, key) => signBytes('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
  RS256: (input, key) =>
    new Promise((resolve, reject) =>
      signBytes('sha256', input, key, (error, signature) => (error ? reject(error) : resolve(signature))),
    ),
}

async function makeKey(alg: SigningAlgorithm, createdAt: number, vault: Vault): Promise<SigningKey> {
  const pair = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 })
  const [publicJwk, privateJwk] = await Promise.all([exportJWK(pair.publicKey), exportJWK(pair.privateKey)])
  const kid = await calculateJwkThumbprint(publicJwk)
  const sealedPrivateJwk = vault.seal(JSON.stringify(privateJwk), contextOf(kid))
  return { id: `${alg} 1`, kid, alg, publicJwk: { ...publicJwk, kid, alg, use: 'sig' }, sealedPrivateJwk, createdAt }
}

/** Loads a key; one that an older secret sealed is sealed anew under the first. */
async function load(key: SigningKey, { keys, vault }: Pick<CoreDeps, 'keys' | 'vault'>): Promise<LoadedKey> {
  const { text, isStale } = openPrivateJwk(key, vault)
  if (isStale) await keys.reseal(key.id, vault.seal(text, contextOf(key.kid)))
  const privateKey = createPrivateKey({ key: JSON.parse(text), format: 'jwk' })
  const publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' })
  return { kid: key.kid, alg: key.alg, privateKey, publicKey, publicJwk: key.publicJwk as JWK }
}

/** The private half of a key, as JSON. @throws WrongSecretsKey when another SECRETS_KEY sealed it. */
export const openPrivateJwk = ({ kid, sealedPrivateJwk }: SigningKey, vault: Vault) =>
  vault.open(sealedPrivateJwk, contextOf(kid))

const contextOf = (kid: string) => `signing key ${kid}`
