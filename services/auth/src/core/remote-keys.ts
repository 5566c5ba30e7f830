import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK } from 'jose'
import type { FindKey } from './client-authentication/verify-assertion.ts'
import { jwkFault } from './client-keys.ts'
import { OAuthError } from './errors.ts'

/** The keys that clients publish at their `jwks_uri` (RFC 7591 section 2). */
export interface RemoteKeys {
  of(jwks_uri: string): FindKey
}

interface RemoteDeps {
  clock: { now(): number }
  /** The JSON at an address, which clients chose: nobody must reach through it what only we can reach. */
  fetchJson(url: string): Promise<unknown>
}

const minute = 60_000
/** Then a set is fetched anew. */
const fresh = 10 * minute
/** So long the last one serves while its server is away; a key that was taken out counts no longer. */
const stale = 60 * minute
/** Between two fetches, whatever the reason: nobody can make us fetch without end. */
const rest = minute / 2
/** Sets that are remembered. */
const most = 1000

/** Follows the rotation of each client's keys: an unknown `kid` causes a fetch, after a rest (OpenID Connect Core section 10.1.1). */
export function createRemoteKeys(deps: RemoteDeps): RemoteKeys {
  const sets = new Map<string, FindKey>()
  return {
    of(jwks_uri) {
      const known = sets.get(jwks_uri) ?? createRemoteSet(jwks_uri, deps)
      sets.delete(jwks_uri) // set again it is the newest, the first is the one that was not used for longest
      const [oldest] = sets.keys()
      if (oldest !== undefined && sets.size >= most) sets.delete(oldest)
      sets.set(jwks_uri, known)
      return known
    },
  }
}

function createRemoteSet(jwks_uri: string, { clock, fetchJson }: RemoteDeps): FindKey {
  let keys: FindKey | undefined
  let fetchedAt = Number.NEGATIVE_INFINITY
  let restsUntil = 0
  let failure: unknown
  let underWay: Promise<void> | undefined

  async function fetchKeys(): Promise<void> {
    restsUntil = clock.now() + rest
    try {
      keys = createLocalJWKSet(usable(await fetchJson(jwks_uri)))
      fetchedAt = clock.now()
    } catch (error) {
      failure = error
    }
    underWay = undefined
  }
  /** Those who ask at the same time wait for one fetch. */
  async function refresh(): Promise<void> {
    if (!underWay && clock.now() >= restsUntil) underWay = fetchKeys()
    await underWay
  }

  return async (header, token) => {
    if (clock.now() >= fetchedAt + fresh) await refresh()
    if (!keys || clock.now() >= fetchedAt + stale) throw unavailable(failure)
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await refresh()
      return keys(header, token)
    }
  }
}

/** The keys of a set that may prove a client; others in it are for something else. @throws when it is no set, or has none. */
function usable(set: unknown): JSONWebKeySet {
  const keys =
    isObject(set) && Array.isArray(set['keys'])
      ? set['keys'].filter((key): key is JWK => isObject(key) && !jwkFault(key as JWK))
      : []
  if (keys.length === 0) throw new Error('there is no key set with a public key for signatures')
  return { keys }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const unavailable = (cause: unknown) =>
  new OAuthError('invalid_client', 'the keys at the jwks_uri of this client can not be fetched', { cause })
