import { type CryptoKey, errors, type JWTHeaderParameters, jwtVerify } from 'jose'
import { seconds } from '../clock.ts'
import { Problem } from '../http/problem.ts'
import { type AccessToken, accessTokenOf, requiredClaims } from './access-token.ts'
import { invalidToken } from './bearer.ts'
import type { SigningAlgorithm } from './jwks.ts'
import { type KeyName, type KeySet, KeySetUnavailable } from './key-set.ts'
import type { RequireTokenOptions } from './require-token.ts'
import type { SkewWarning } from './skew-warning.ts'

/** A token that passed, and the key it passed with. */
export interface Verified {
  token: AccessToken
  name: KeyName
  key: CryptoKey
}

export interface VerifyOptions extends RequireTokenOptions {
  warnOfSkew: SkewWarning
}

const ALGORITHMS = ['ES256', 'RS256'] satisfies SigningAlgorithm[]

/** RFC 9068 section 4: type, algorithm, signature, issuer, audience and times. */
export async function verified(given: string, options: VerifyOptions): Promise<Verified> {
  const { issuer, audience, keySet, clock, log, warnOfSkew, leeway = 5 } = options
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
    const ahead = token.iat - seconds(clock.now())
    if (ahead > leeway) {
      warnOfSkew(ahead) // the signature is that of auth: it is a clock that is wrong
      throw invalidToken('the token was issued in the future')
    }
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
