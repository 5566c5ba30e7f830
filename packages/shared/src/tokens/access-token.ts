import type { JWTPayload } from 'jose'
import { invalidToken } from './bearer.ts'

/** The claims of a verified access token (RFC 9068 section 2.2), `aud` and `scope` as lists. */
export interface AccessToken {
  readonly iss: string
  readonly aud: readonly string[]
  readonly sub: string
  readonly client_id: string
  readonly jti: string
  readonly scope: readonly string[]
  /** Seconds since the epoch, as all times here. */
  readonly iat: number
  readonly exp: number
  readonly nbf?: number
  /** The authorization the token descends from; tokens that a client got for itself have none. */
  readonly grant_id?: string
  /** The session at auth in which the user allowed it. */
  readonly sid?: string
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
}

/** What RFC 9068 section 2.2 requires. */
export const requiredClaims = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']

const CLAIM_TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  iss: isText,
  aud: (value) => isText(value) || isTextList(value),
  sub: isText,
  client_id: isText,
  jti: isText,
  scope: isString,
  iat: Number.isFinite,
  exp: Number.isFinite,
  nbf: Number.isFinite,
  grant_id: isText,
  sid: isText,
  auth_time: Number.isFinite,
  acr: isString,
  amr: isTextList,
}

/** A verified payload as access token; throws `invalid_token` when its claims are of other types or it is bound to a key. */
export function accessTokenOf(payload: JWTPayload): AccessToken {
  if ('cnf' in payload) throw invalidToken('the token is bound to a key, which is not checked here') // RFC 7800 section 3.1
  for (const [claim, isRight] of Object.entries(CLAIM_TYPES)) {
    if (payload[claim] !== undefined && !isRight(payload[claim])) throw invalidToken(`the ${claim} claim is malformed`)
  }
  const aud = Object.freeze([payload.aud].flat())
  const scope = Object.freeze(wordsOf(payload['scope']))
  return Object.freeze({ ...payload, aud, scope } as unknown as AccessToken)
}

/** Whether a token speaks for a person; one that a client got for itself has no Grant, and its `sub` is the client (RFC 9068 section 2.2). */
export const speaksForPerson = ({ sub, client_id, grant_id }: AccessToken): boolean => grant_id !== undefined || sub !== client_id

/** The words of a space separated list (RFC 6749 section 3.3). */
export const wordsOf = (text: unknown): string[] => (isString(text) ? text.split(' ').filter(Boolean) : [])

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isText(value: unknown): boolean {
  return isString(value) && value !== ''
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}
