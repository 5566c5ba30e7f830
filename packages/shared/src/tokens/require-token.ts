import { hash } from 'node:crypto'
import type { Middleware } from 'koa'
import { LRUCache } from 'lru-cache'
import { type Clock, seconds } from '../clock.ts'
import type { RequestState } from '../http/request-id.ts'
import type { Log } from '../log.ts'
import { type AccessToken, wordsOf } from './access-token.ts'
import { bearerToken, insufficientScope, invalidToken } from './bearer.ts'
import type { KeySet } from './key-set.ts'
import { createSkewWarning } from './skew-warning.ts'
import type { Verified, VerifyOptions } from './verify-token.ts'

export interface RequireTokenOptions {
  /** `iss` of the tokens, to the letter. */
  issuer: string
  /** The name of this API, which `aud` must contain. */
  audience: string
  keySet: KeySet
  clock: Clock
  log: Log
  /** How far clocks may be apart, in seconds; 5 when left out. */
  leeway?: number
  /** Whether a valid token was revoked; asked at every request, so it must be quick. */
  revoked?: (token: AccessToken) => boolean
}

/** What a route behind a guard finds in `ctx.state`. */
export interface TokenState extends RequestState {
  token: AccessToken
}

/** Middleware that lets a request pass whose access token is valid and has these scopes, separated by spaces. */
export type ScopeGuard = (scope?: string) => Middleware<TokenState>

/**
 * Makes the guards of an API: `const scope = requireToken({ … })`, then `router.get('/users/me', scope('user:read'), handler)`.
 * A token is validated by RFC 9068 section 4, refusals are those of RFC 6750 section 3.
 */
export function requireToken(options: RequireTokenOptions): ScopeGuard {
  const { clock, leeway = 5, revoked = () => false } = options
  const validToken = createValidator(options)
  return (scope) => {
    const needed = wordsOf(scope)
    return async (ctx, next) => {
      const token = await validToken(bearerToken(ctx.req))
      if (token.exp + leeway <= seconds(clock.now())) throw invalidToken('the token has expired')
      if (revoked(token)) throw invalidToken('the token was revoked')
      if (!needed.every((word) => token.scope.includes(word))) throw insufficientScope(needed)
      ctx.state.token = token
      return next()
    }
  }
}

const MOST_REMEMBERED = 5000

/** Verifies each token once, as long as its key stays in the key set. Remembers hashes: a memory dump shows no token to use. */
function createValidator(options: RequireTokenOptions): (given: string) => AccessToken | Promise<AccessToken> {
  const remembered = new LRUCache<string, Verified>({ max: MOST_REMEMBERED })
  const verifying = { ...options, warnOfSkew: createSkewWarning(options) }
  return (given) => {
    const id = hash('sha256', given, 'base64url')
    const known = remembered.get(id)
    if (known && options.keySet.current(known.name) === known.key) return known.token
    return verify(given, verifying).then((fresh) => {
      remembered.set(id, fresh)
      return fresh.token
    })
  }
}

/** jose is loaded with the first token: a service need not wait for it before it listens. */
const verify = async (given: string, options: VerifyOptions): Promise<Verified> =>
  (await import('./verify-token.ts')).verified(given, options)
