import { type CompactVerifyGetKey, compactVerify, errors, type JWTPayload } from 'jose'
import { OAuthError } from '../errors.ts'
import { sha256 } from '../secrets.ts'
import type { AuthenticationDeps } from './index.ts'

/** Finds the key of a client by the header of what it signed; the client's own ones only. */
export type FindKey = CompactVerifyGetKey

/** How far ahead `exp` may be, and how far clocks may differ, in seconds. */
const longestLife = 3600
const leeway = 5

export interface UnprovenAssertion {
  token: string
  alg: string
  claims: JWTPayload
  /** Its `sub`. */
  client_id: string
  /** The address of the endpoint that was called. */
  endpoint: string
  keys: readonly FindKey[]
}

/**
 * Whether one of these keys signed it. What is wrong with its claims only who holds the key is told; then it is used up, in one atomic step, so
 * a stranger can't burn one (RFC 7523 section 3). @throws OAuthError invalid_client when a claim is not accepted or it was used before.
 */
export async function verifyAssertion(assertion: UnprovenAssertion, deps: AuthenticationDeps): Promise<boolean> {
  if (!(await isSignedByOne(assertion))) return false
  const { claims, client_id, endpoint } = assertion
  const { issuer } = deps.config
  const expected = { client_id, audiences: [issuer, `${issuer}/oauth2/token`, endpoint], now: deps.clock.now() / 1000 }
  const broken = rules.find(({ holds }) => !holds(claims, expected))
  if (broken) throw refused(`the ${broken.claim} of client_assertion must be ${broken.demands}`, client_id)
  const id = sha256(JSON.stringify([client_id, claims.jti]))
  if (!(await deps.assertions.use(id, forgettableAt(claims.exp ?? 0))))
    throw refused('client_assertion was used before', client_id)
  return true
}

/** When no process would take it any more, also one whose clock is a minute late; in milliseconds. */
const forgettableAt = (exp: number) => Math.ceil((exp + leeway + 60) * 1000)

async function isSignedByOne({ token, alg, keys }: UnprovenAssertion): Promise<boolean> {
  for (const key of keys) {
    try {
      await compactVerify(token, key, { algorithms: [alg] })
      return true
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
    }
  }
  return false
}

interface Expected {
  client_id: string
  audiences: readonly string[]
  /** In seconds. */
  now: number
}

interface ClaimRule {
  claim: string
  /** In words that follow "must be". */
  demands: string
  holds(claims: JWTPayload, expected: Expected): boolean
}

/** What must hold of the claims (RFC 7523 section 3, OpenID Connect Core section 9). */
const rules: readonly ClaimRule[] = [
  { claim: 'iss', demands: 'the client_id', holds: ({ iss }, { client_id }) => iss === client_id },
  {
    claim: 'aud',
    demands: 'the issuer, the token endpoint or the endpoint called, and nobody else: they could send it here',
    holds: ({ aud = [] }, { audiences }) => [aud].flat().length > 0 && [aud].flat().every((name) => audiences.includes(name)),
  },
  { claim: 'exp', demands: 'a time to come', holds: ({ exp }, { now }) => isTime(exp) && exp > now - leeway },
  {
    claim: 'exp',
    demands: 'an hour ahead at most',
    holds: ({ exp }, { now }) => isTime(exp) && exp <= now + longestLife + leeway,
  },
  { claim: 'nbf', demands: 'a time that has come', holds: ({ nbf }, { now }) => hasCome(nbf, now) },
  { claim: 'iat', demands: 'a time that has come', holds: ({ iat }, { now }) => hasCome(iat, now) },
  { claim: 'jti', demands: 'a text of 1 to 256 characters', holds: ({ jti }) => isId(jti) },
]

const isTime = (value: unknown): value is number => Number.isFinite(value)
const hasCome = (value: unknown, now: number) => value === undefined || (isTime(value) && value <= now + leeway)
const isId = (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= 256

const refused = (description: string, client_id: string) =>
  new OAuthError('invalid_client', description, { detail: { client_id } })
