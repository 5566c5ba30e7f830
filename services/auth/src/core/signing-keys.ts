import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { CoreDeps } from './ports.ts'
import type { SigningAlgorithm, SigningKey } from './types.ts'
import { type Vault, WrongSecretsKey } from './vault.ts'

/** What we sign with, and what a client may register for its ID tokens. */
export const signingAlgorithms: readonly SigningAlgorithm[] = ['RS256', 'ES256']

/** A signing key, ready for use. */
export interface LoadedKey {
  kid: string
  alg: SigningAlgorithm
  /** Milliseconds since the epoch. */
  signsFrom: number
  createdAt: number
  /** Nothing where another SECRETS_KEY sealed it: it verifies, and signs nothing here. */
  privateKey: KeyObject | undefined
  publicKey: KeyObject
  publicJwk: JWK
}

interface Making {
  alg: SigningAlgorithm
  /** Counts from 1. */
  generation: number
  createdAt: number
  signsFrom: number
}

/** Makes a key of this generation, its private half sealed. */
export async function makeKey({ alg, generation, createdAt, signsFrom }: Making, vault: Vault): Promise<SigningKey> {
  const pair = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 })
  const [publicJwk, privateJwk] = await Promise.all([exportJWK(pair.publicKey), exportJWK(pair.privateKey)])
  const kid = await calculateJwkThumbprint(publicJwk)
  return {
    id: `${alg} ${generation}`,
    kid,
    alg,
    publicJwk: { ...publicJwk, kid, alg, use: 'sig' },
    sealedPrivateJwk: vault.seal(JSON.stringify(privateJwk), contextOf(kid)),
    createdAt,
    signsFrom,
    endsAt: null,
  }
}

/** Loads a key; one that an older secret sealed is sealed anew under the first. */
export async function loadKey(key: SigningKey, { keys, vault }: Pick<CoreDeps, 'keys' | 'vault'>): Promise<LoadedKey> {
  const opened = openedIfOurs(key, vault)
  if (opened?.isStale) await keys.reseal(key.id, vault.seal(opened.text, contextOf(key.kid)))
  return {
    kid: key.kid,
    alg: key.alg,
    signsFrom: key.signsFrom ?? 0,
    createdAt: key.createdAt,
    privateKey: opened && createPrivateKey({ key: JSON.parse(opened.text), format: 'jwk' }),
    publicKey: createPublicKey({ key: key.publicJwk, format: 'jwk' }),
    publicJwk: key.publicJwk as JWK,
  }
}

/** The private half of a key, as JSON. @throws WrongSecretsKey when another SECRETS_KEY sealed it. */
export const openPrivateJwk = ({ kid, sealedPrivateJwk }: SigningKey, vault: Vault) =>
  vault.open(sealedPrivateJwk, contextOf(kid))

function openedIfOurs(key: SigningKey, vault: Vault) {
  try {
    return openPrivateJwk(key, vault)
  } catch (error) {
    if (error instanceof WrongSecretsKey) return undefined
    throw error
  }
}

const contextOf = (kid: string) => `signing key ${kid}`

/** The key of an algorithm that was made last. */
export const newestOf = (keys: readonly SigningKey[], alg: SigningAlgorithm): SigningKey | undefined =>
  keys.filter((key) => key.alg === alg).sort((a, b) => generationOf(b) - generationOf(a))[0]

/** Which one of its algorithm a key is, from 1. */
export const generationOf = ({ id }: Pick<SigningKey, 'id'>): number => Number(id.split(' ')[1])

/** The key that signs now: the last of those whose time has come. */
export const signingNow = <Key extends Pick<SigningKey, 'alg' | 'signsFrom'>>(
  keys: readonly Key[],
  alg: SigningAlgorithm,
  now: number,
): Key | undefined =>
  keys.filter((key) => key.alg === alg && (key.signsFrom ?? 0) <= now).sort((a, b) => (b.signsFrom ?? 0) - (a.signsFrom ?? 0))[0]
