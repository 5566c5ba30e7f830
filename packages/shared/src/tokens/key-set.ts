import { setTimeout } from 'node:timers/promises'
import type { CryptoKey } from 'jose'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { fetchJwks, type HeldKeys, importJwks, type SigningAlgorithm } from './jwks.ts'
import { reach } from './reach.ts'

/** What the header of a token says about its key. */
export interface KeyName {
  kid: string
  alg: SigningAlgorithm
}

/** The public keys of an issuer, fetched when needed. */
export interface KeySet {
  /** The key of this name, if the issuer has one. Throws KeySetUnavailable as long as no fetch has succeeded. */
  keyFor(name: KeyName): Promise<CryptoKey | undefined>
  /** The key of this name, if it is known without a fetch: the same object as long as the issuer publishes the same key. */
  current(name: KeyName): CryptoKey | undefined
  /**
   * Fetches the set anew, as its issuer told that it changed: whatever was fetched a moment ago, but one fetch at a time. Without the key that it told of,
   * some times more: the process of the issuer that answered may not have heard of it yet. A set that was never fetched waits for the first token: its
   * failing fetch here would refuse that one. Never throws.
   */
  refresh(kid?: string): Promise<void>
}

export interface KeySetOptions {
  /** `jwks_uri`, or an address of it inside the suite. */
  url: string
  clock: Clock
  log: Log
  fetch?: typeof globalThis.fetch
  /** Least time between two fetches, in milliseconds, whatever the reason; 30,000 when left out. */
  cooldownMs?: number
  /** Time until the set is fetched anew and removed keys are forgotten, in milliseconds; 600,000 when left out. */
  maxAgeMs?: number
  /** How long to wait before each further fetch of a key that the issuer told of, in milliseconds. */
  waitsMs?: readonly number[]
}

/** Nothing can be said about a token, as the keys of its issuer were never fetched. */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable'
}

/** Until the first fetch has succeeded a service is of no use: then it tries every second. */
const FIRST_COOLDOWN_MS = 1000

/**
 * Follows the key rotation of an issuer (OpenID Connect Core section 10.1.1): an unknown `kid` causes a fetch, but one in a
 * cooldown at most, and a failing fetch leaves the last keys in use. Of an issuer that is away the log tells once.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  const {
    url,
    clock,
    log,
    fetch = globalThis.fetch,
    cooldownMs = 30_000,
    maxAgeMs = 600_000,
    waitsMs = [250, 750, 1500, 3000],
  } = options
  let keys: HeldKeys | undefined
  let failing = false
  let dueAt = 0
  let restsUntil = 0
  let underWay: Promise<void> | undefined

  async function refresh(): Promise<void> {
    restsUntil = clock.now() + (keys ? cooldownMs : FIRST_COOLDOWN_MS)
    try {
      keys = await usableKeys(url, fetch, keys)
      if (failing) log.info({ url }, 'the key set was fetched again')
      failing = false
      dueAt = clock.now() + maxAgeMs
      restsUntil = clock.now() + cooldownMs
    } catch (error) {
      if (!failing)
        log.warn(
          { err: error, url },
          keys ? 'the key set was not fetched, the last one stays in use' : 'the key set was not fetched',
        )
      failing = true
      dueAt = restsUntil
    }
    underWay = undefined
  }

  function find({ kid, alg }: KeyName): CryptoKey | undefined {
    const held = keys?.get(kid)
    return held?.alg === alg ? held.key : undefined
  }

  function current(name: KeyName): CryptoKey | undefined {
    return clock.now() < dueAt ? find(name) : undefined
  }

  async function keyFor(name: KeyName): Promise<CryptoKey | undefined> {
    const known = current(name)
    if (known) return known
    if (clock.now() >= restsUntil) underWay ??= refresh()
    const stale = failing ? find(name) : undefined
    if (stale) return stale // nobody waits for an issuer that was away a moment ago
    await underWay
    if (!keys) throw new KeySetUnavailable(`no keys from ${url}`)
    return find(name)
  }

  return {
    keyFor,
    current,
    async refresh(kid) {
      if (!keys && !underWay) return // who needs the set first fetches it
      for (const wait of [0, ...waitsMs]) {
        if (wait > 0) await setTimeout(wait, undefined, { ref: false })
        await underWay // what is under way may have been asked for before the change
        underWay ??= refresh()
        await underWay
        if (kid === undefined || keys?.has(kid)) return
      }
    },
  }
}

/** An empty set is a mistake of the issuer, not a rotation: it counts as a failed fetch. */
async function usableKeys(url: string, fetch: typeof globalThis.fetch, held: HeldKeys | undefined): Promise<HeldKeys> {
  const asked: typeof fetch = (_, init = {}) => reach(url, init, { setting: 'JWKS_URL', fetch })
  const keys = await importJwks(await fetchJwks(url, asked), held)
  if (keys.size === 0) throw new Error(`${url} has no key for ES256 or RS256 signatures`)
  return keys
}
