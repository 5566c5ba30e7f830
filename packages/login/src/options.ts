import type { Context } from 'koa'
import type { SessionStore } from './session.ts'

/** What a module says of itself and of the login it uses. */
export interface LoginOptions {
  /** The login: `iss` of its tokens, and where its discovery document is. */
  issuer: string
  clientId: string
  /** Sent by `client_secret_basic`. */
  clientSecret: string
  /** Where people reach the module; the redirect URI is `/callback` under it. A path is the prefix of all routes. */
  baseUrl: string
  /** What is asked for, `openid` among it. */
  scope: string
  /** Name of the session cookie: each module its own, as cookies ignore ports. */
  cookie: string
  /** Plain http to the login; for one's own machine only. */
  allowInsecure?: boolean
  /** Whether signing out here signs the person out of the login, and so of every other module, too; true when left out. */
  signOutEverywhere?: boolean
  /** The language of the login's pages, when the module has a choice of its own. */
  locale?: (ctx: Context) => string
  /** Where sessions are kept; this process's memory when left out: at most 1000, for eight hours. */
  store?: SessionStore
  /** Milliseconds since the epoch; tests pass their own. */
  now?: () => number
  log?: (line: string) => void
}
