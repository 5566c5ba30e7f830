import type { IncomingMessage } from 'node:http'
import { Problem, type ProblemType } from '../http/problem.ts'

/** `Bearer` and a b64token, the scheme in any case (RFC 6750 section 2.1, RFC 9110 section 11.1). */
const CREDENTIALS = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i

/**
 * The token of the Authorization header, the only place that is looked at (RFC 6750 section 2.1; those of 2.2 and 2.3 leak).
 * Throws a challenge (section 3) when there is none, or more than one.
 */
export function bearerToken(req: IncomingMessage): string {
  const { authorization } = req.headers
  if (authorization === undefined) throw unauthenticated()
  if (isAuthorizationRepeated(req)) throw repeated()
  if (!/^bearer(?: |$)/i.test(authorization)) throw unauthenticated()
  const token = CREDENTIALS.exec(authorization)?.[1]
  if (!token) throw invalidToken('the token is malformed')
  return token
}

/** No token came: a challenge without an error code (RFC 6750 section 3.1). */
const unauthenticated = (): Problem =>
  challenge('unauthenticated', 'send an access token in the Authorization header: Bearer', {})

const repeated = (): Problem =>
  challenge('invalid-request', 'there must be one Authorization header', { error: 'invalid_request' })

/** The token is expired, revoked, malformed or not for here; the description is ASCII without quotes (RFC 6750 section 3). */
export const invalidToken = (description: string): Problem =>
  challenge('invalid-token', description, { error: 'invalid_token', error_description: description })

/** The token lacks a scope: the challenge names all that are needed (RFC 6750 section 3.1). */
export const insufficientScope = (needed: readonly string[]): Problem =>
  challenge('insufficient-scope', `the token needs the scope ${needed.join(' ')}`, {
    error: 'insufficient_scope',
    error_description: 'the token lacks a scope',
    scope: needed.join(' '),
  })

function challenge(type: ProblemType, detail: string, parameters: Readonly<Record<string, string>>): Problem {
  const quoted = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)
  return new Problem(type, { detail, headers: { 'www-authenticate': `Bearer ${quoted.join(', ')}`.trim() } })
}

/** Node keeps only the first of several Authorization headers, a proxy before it may have looked at the last. */
export function isAuthorizationRepeated({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  let seen = 0
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'authorization') seen++
  return seen > 1
}
