import { randomBytes } from 'node:crypto'
import type { Context } from 'koa'
import { createExpiringMap, type ExpiringMap } from './expiring-map.ts'

/** Someone who is signed in here. The tokens stay on the server: the browser holds nothing but the random id. */
export interface Session {
  /** What the login calls the person, when it tells. */
  name: string | undefined
  tokens: Tokens
  /** The refresh that is under way, so that no second one starts beside it. */
  refreshing: Promise<Tokens> | undefined
  /** The `state` of the sign-in that made this session: going back to its callback is no fault. */
  state: string
}

export interface Tokens {
  access_token: string
  refresh_token: string | undefined
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** A sign-in that was started and has not come back (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1). */
export interface PendingLogin {
  /** The cookie of the browser that started it; no other may finish it. */
  browser: string
  state: string
  nonce: string
  code_verifier: string
  /** The id of the session it became, once its callback has come: a double click waits for the same one. */
  outcome: Promise<string> | undefined
}

/** The two kinds are kept apart, so that a flood of started sign-ins signs nobody out. */
export interface Sessions {
  /** By cookie. */
  signedIn: ExpiringMap<Session>
  /** By `state`. */
  pending: ExpiringMap<PendingLogin>
}

export const createSessions = (now: () => number): Sessions => ({
  signedIn: createExpiringMap({ lifetime: 8 * 3600 * 1000, most: 1000, now }),
  pending: createExpiringMap({ lifetime: 15 * 60 * 1000, most: 5000, now }),
})

const cookieName = 'third_party_site'

export const newSessionId = (): string => randomBytes(32).toString('base64url')

/** The id this browser came with, if it has the form of one of ours. */
export function sessionIdOf(ctx: Context): string | undefined {
  const id = ctx.cookies.get(cookieName)
  return id !== undefined && /^[\w-]{43}$/.test(id) ? id : undefined
}

/** Gives the browser its id: out of reach of scripts, not sent along with the forms of other sites (RFC 6265 sections 4.1.2.6 and 5.2). */
export function giveSessionId(ctx: Context, id: string, baseUrl: string): void {
  ctx.append('set-cookie', `${cookieName}=${id}${attributes(baseUrl)}`)
}

export function dropSessionId(ctx: Context, baseUrl: string): void {
  ctx.append('set-cookie', `${cookieName}=; Max-Age=0${attributes(baseUrl)}`)
}

/** `Secure` follows the address people use, not the connection: TLS may end before this process. */
const attributes = (baseUrl: string) => `; Path=/; HttpOnly; SameSite=Lax${baseUrl.startsWith('https:') ? '; Secure' : ''}`
