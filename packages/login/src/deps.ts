import { createExpiringMap, type ExpiringMap } from './expiring-map.ts'
import { createMemoryStore } from './memory-store.ts'
import type { LoginOptions } from './options.ts'
import { createProvider, type Provider, type Started } from './provider.ts'
import type { Ended, Session, SessionStore, Typed } from './session.ts'

/** A sign-in that was started and has not come back. */
export interface PendingSignIn extends Started {
  /** The secret in a cookie of the browser that started it; no other may finish it. */
  browser: string
  /** In full, within the module. */
  returnTo: string
  /** Asked with `prompt=none`: that nobody is signed in there is an answer, not a failure. */
  silent: boolean
  /** The id of the session that it became, or nothing when nobody is signed in, once its callback has come: a double click waits for the same. */
  outcome: Promise<string | undefined> | undefined
}

/** A form, and the session id of the browser that sent it. */
export interface KeptForm {
  typed: Typed
  from: string
}

/** What the routes work with. */
export interface LoginDeps {
  options: LoginOptions
  /** Where people reach the module: its origin, and its path without a slash at the end. */
  base: { url: string; origin: string; path: string }
  provider: Provider
  store: SessionStore
  /** By `state`; apart from the sessions, so that a flood of started sign-ins signs nobody out. In this process only. */
  pending: ExpiringMap<PendingSignIn>
  /** By `state`. */
  kept: ExpiringMap<KeptForm>
  /** The `jti` of logout tokens that were taken. */
  taken: ExpiringMap<true>
  /** Sign-ins whose code is being redeemed: what ended at the login meanwhile. */
  redeeming: Set<Ended[]>
  /** Refreshes that are under way, by session id. */
  refreshing: Map<string, Promise<Session>>
  now: () => number
  log: (line: string) => void
}

const minute = 60_000
const day = 24 * 60 * minute

export function createDeps(given: LoginOptions): LoginDeps {
  const { now = Date.now, log = console.error, store = createMemoryStore(now) } = given
  const { origin, pathname } = new URL(given.baseUrl)
  const base = { origin, path: pathname.replace(/\/+$/, ''), url: origin + pathname.replace(/\/+$/, '') }
  const options = { ...given, baseUrl: base.url }
  return {
    options,
    base,
    provider: createProvider({ ...options, now }),
    store,
    pending: createExpiringMap({ lifetime: 15 * minute, most: 5000, now }),
    kept: createExpiringMap({ lifetime: 15 * minute, most: 200, now }),
    taken: createExpiringMap({ lifetime: day + 2 * minute, most: 50_000, now }),
    redeeming: new Set(),
    refreshing: new Map(),
    now,
    log,
  }
}
