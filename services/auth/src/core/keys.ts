import { type KeyObject, sign as signBytes } from 'node:crypto'
import type { JWK } from 'jose'
import { readJws, type VerifiedJws } from './jws.ts'
import type { CoreDeps } from './ports.ts'
import { type LoadedKey, loadKey, makeKey, signingAlgorithms, signingNow } from './signing-keys.ts'
import type { SigningAlgorithm, SigningKey } from './types.ts'
import { WrongSecretsKey } from './vault.ts'

export interface Keys {
  /** Signs claims as a JWT (RFC 7519) with the key that is current for this algorithm. */
  sign(claims: Record<string, unknown>, header: { alg: SigningAlgorithm; typ: string }): Promise<string>
  /** The claims of a JWT that one of our keys signed, expired or not; nothing of any other. A key that another process just made is looked for first. */
  verify(token: string): Promise<VerifiedJws | undefined>
  /** The public keys (RFC 7517 section 5): also the next ones, before they sign, and earlier ones as long as their tokens live. */
  jwks(): { keys: JWK[] }
  /** Takes up the keys that another process made, and lets go of those it took out. */
  refresh(): Promise<void>
  /** @throws WrongSecretsKey while a key is in force that another SECRETS_KEY sealed: it signs nothing here. */
  check(): Promise<void>
  /** How long the key that signs longest has been signing, in milliseconds. */
  age(): number
}

type KeyDeps = Pick<CoreDeps, 'keys' | 'clock' | 'vault'>

/** Loads the signing keys, made at the first start; two processes that start at once end with the same ones. @throws WrongSecretsKey */
export async function openKeys(deps: KeyDeps): Promise<Keys> {
  await makeMissing(deps)
  let loaded = await loadAll([], deps)
  const refresh = async () => {
    loaded = await loadAll(loaded, deps)
  }
  const check = async () => {
    if (!loaded.every(isWhole)) throw new WrongSecretsKey()
  }
  await check()
  const lookAgain = nowAndThen(refresh, deps.clock)
  return {
    sign(claims, { alg, typ }) {
      const key = signingNow(loaded.filter(isWhole), alg, deps.clock.now())
      if (!key) throw new Error(`no ${alg} key`)
      return jwsOf(claims, typ, key)
    },
    async verify(token) {
      let isUnknown = false
      const keyOf = (kid: string) => {
        const key = loaded.find((each) => each.kid === kid)
        isUnknown = key === undefined
        return key
      }
      const verified = readJws(token, keyOf)
      return isUnknown && (await lookAgain()) ? readJws(token, keyOf) : verified
    },
    jwks: () => ({ keys: loaded.map(({ publicJwk }) => publicJwk) }),
    refresh,
    check,
    age() {
      const now = deps.clock.now()
      const since = signingAlgorithms.flatMap((alg) => signingNow(loaded, alg, now) ?? [])
      return Math.max(0, ...since.map(({ signsFrom, createdAt }) => now - Math.max(signsFrom, createdAt)))
    },
  }
}

type WholeKey = LoadedKey & { privateKey: KeyObject }

const isWhole = (key: LoadedKey): key is WholeKey => key.privateKey !== undefined

/** Keys that are unknown here are looked for this often at most, as strangers choose what a token names, in milliseconds. */
const LOOK_EVERY_MS = 1000

/** Does it, or waits for what does it already, and tells so; false when it was done a moment ago. */
function nowAndThen(work: () => Promise<void>, clock: KeyDeps['clock']): () => Promise<boolean> {
  let underWay: Promise<void> | undefined
  let lastAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (!underWay && clock.now() - lastAt < LOOK_EVERY_MS) return false
    if (!underWay) {
      lastAt = clock.now()
      underWay = work().finally(() => {
        underWay = undefined
      })
    }
    await underWay
    return true
  }
}

async function makeMissing({ keys, clock, vault }: KeyDeps): Promise<void> {
  const known = await keys.list()
  const now = clock.now()
  const missing = signingAlgorithms.filter((alg) => !known.some((key) => key.alg === alg))
  const making = missing.map(async (alg) =>
    keys.insertMissing(await makeKey({ alg, generation: 1, createdAt: now, signsFrom: 0 }, vault)),
  )
  await Promise.all(making)
}

/** What is stored now; keys that were loaded before are not opened again, but may sign from another time. */
async function loadAll(known: readonly LoadedKey[], deps: KeyDeps): Promise<LoadedKey[]> {
  const stored = await deps.keys.list()
  const load = async (key: SigningKey) => {
    const held = known.filter(isWhole).find(({ kid }) => kid === key.kid)
    return held ? { ...held, signsFrom: key.signsFrom ?? 0 } : loadKey(key, deps)
  }
  return Promise.all(stored.map(load))
}

/** A JWS in compact serialization (RFC 7515 section 7.1). */
async function jwsOf(claims: Record<string, unknown>, typ: string, { alg, kid, privateKey }: WholeKey): Promise<string> {
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
