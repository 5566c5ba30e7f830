import { hash } from 'node:crypto'
import { type CryptoKey, errors, type JWTHeaderParameters, jwtVerify } from 'jose'
import type { Middleware } from 'koa'
import { LRUCache } from 'lru-cache'
import { type Clock, seconds } from '../clock.ts'
import { Problem } from '../http/problem.ts'
import type { RequestState } from '../http/request-id.ts'
import type { Log } from '../log.ts'
import { type AccessToken, accessTokenOf, requiredClaims, wordsOf } from './access-token.ts'
import { bearerToken, insufficientScope, invalidToken } from './bearer.ts'
import type { SigningAlgorithm } from './jwks.ts'
import { type KeyName, type KeySet, KeySetUnavailable } from './key-set.ts'

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

/** A token that passed, and the key it passed with. */
interface Verified {
  token: AccessToken
  name: KeyName
  key: CryptoKey
}

/** Verifies each token once, as long as its key stays in the key set. Remembers hashes: a memory dump shows no token to use. */
function createValidator(options: RequireTokenOptions): (given: string) => AccessToken | Promise<AccessToken> {
  const remembered = new LRUCache<string, Verified>({ max: MOST_REMEMBERED })
  return (given) => {
    const id = hash('sha256', given, 'base64url')
    const known = remembered.get(id)
    if (known && options.keySet.current(known.name) === known.key) return known.token
    return verified(given, options).then((fresh) => {
      remembered.set(id, fresh)
      return fresh.token
    })
  }
}

const ALGORITHMS = ['ES256', 'RS256'] satisfies SigningAlgorithm[]

/** RFC 9068 section 4: type, algorithm, signature, issuer, audience and times. */
async function verified(given: string, options: RequireTokenOptions): Promise<Verified> {
  const { issuer, audience, keySet, clock, log, leeway = 5 } = options
  const currentDate = new Date(clock.now())
  const expected = {
    typ: 'at+jwt',
    algorithms: ALGORITHMS,
    issuer,
    audience,
    requiredClaims,
    clockTolerance: leeway,
    currentDate,
  }
  try {
    const getKey = (header: JWTHeaderParameters) => keyOf(header, keySet)
    const { payload, protectedHeader, key } = await jwtVerify(given, getKey, expected)
    const token = accessTokenOf(payload)
    if (token.iat - leeway > seconds(clock.now())) throw invalidToken('the token was issued in the future')
    return { token, name: nameOf(protectedHeader), key }
  } catch (error) {
    log.debug({ reason: String(error) }, 'an access token was refused') // the error itself holds the claims
    throw refusalOf(error)
  }
}

async function keyOf(header: JWTHeaderParameters, keySet: KeySet): Promise<CryptoKey> {
  const key = await keySet.keyFor(nameOf(header))
  if (!key) throw invalidToken('the signing key is not known')
  return key
}

/** jose has compared `alg` with our list before it asks for a key. */
function nameOf({ kid, alg }: JWTHeaderParameters): KeyName {
  if (typeof kid !== 'string') throw invalidToken('the token does not name its signing key')
  return { kid, alg: alg as SigningAlgorithm }
}

/** What the client is told; whatever is no fault of the token stays as it is. */
function refusalOf(error: unknown): unknown {
  if (error instanceof KeySetUnavailable) return unavailable(error)
  if (error instanceof errors.JWTExpired) return invalidToken('the token has expired')
  if (error instanceof errors.JWTClaimValidationFailed) return invalidToken(claimFault(error))
  if (error instanceof errors.JOSEAlgNotAllowed) return invalidToken('the signature algorithm is not accepted')
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalidToken('the signature is not valid')
  return error instanceof errors.JOSEError ? invalidToken('the token is malformed') : error
}

function claimFault({ claim, reason }: errors.JWTClaimValidationFailed): string {
  if (claim === 'typ') return 'the token is not an access token'
  return reason === 'missing' ? `the ${claim} claim is missing` : `the ${claim} claim is not accepted here`
}

/** 503, as the token may be good. */
const unavailable = (cause: KeySetUnavailable): Problem =>
  new Problem('unavailable', { detail: 'tokens cannot be verified right now', headers: { 'retry-after': '5' }, cause })
