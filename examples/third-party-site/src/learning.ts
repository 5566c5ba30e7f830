import { ResponseBodyError } from 'openid-client'
import type { Login } from './login.ts'
import type { Session, Tokens } from './session.ts'

/** What `GET /learning/summary` tells; a number it does not tell is left out. */
export interface Summary {
  lessons_finished: number | undefined
  videos_finished: number | undefined
  minutes: number | undefined
}

/** The numbers, or why there are none. */
export type Learning =
  | { outcome: 'known'; summary: Summary }
  /** The person did not allow `learning:read`. */
  | { outcome: 'notAllowed' }
  /** The permission ended: only a new sign-in helps. */
  | { outcome: 'ended' }
  | { outcome: 'unreachable' }

export interface LearningDeps {
  login: Login
  openApiUrl: string
  now: () => number
  log: (line: string) => void
}

/** Asks open-api in the person's name. */
export async function readLearning(session: Session, deps: LearningDeps): Promise<Learning> {
  try {
    const { access_token } = await liveTokens(session, deps)
    return await askOpenApi(access_token, deps.openApiUrl)
  } catch (error) {
    if (isRefused(error)) return { outcome: 'ended' }
    deps.log(`the learning summary could not be fetched: ${error}`)
    return { outcome: 'unreachable' }
  }
}

/** A refresh token that ended (RFC 6749 section 5.2). */
const isRefused = (error: unknown) => error instanceof ResponseBodyError && error.error === 'invalid_grant'

/** One bearer call (RFC 6750 section 2.1). */
async function askOpenApi(access_token: string, openApiUrl: string): Promise<Learning> {
  const answer = await fetch(`${openApiUrl}/learning/summary`, {
    headers: { authorization: `Bearer ${access_token}`, accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(5000),
  })
  if (answer.status === 401) return { outcome: 'ended' }
  if (answer.status === 403) return { outcome: 'notAllowed' }
  if (!answer.ok) throw new Error(`open-api answered ${answer.status}`)
  return { outcome: 'known', summary: readSummary(await answer.json()) }
}

function readSummary(body: unknown): Summary {
  const fields = Object(body) as Record<string, unknown>
  const number = (name: keyof Summary) => (typeof fields[name] === 'number' ? fields[name] : undefined)
  return { lessons_finished: number('lessons_finished'), videos_finished: number('videos_finished'), minutes: number('minutes') }
}

/** Refreshed this long before their end, so that they don't end on the way, in milliseconds. */
const margin = 10_000

/**
 * Tokens that are in force. A refresh token is used once, so everyone who finds the access token expired waits for the same
 * refresh (RFC 9700 section 4.14).
 */
async function liveTokens(session: Session, { login, now }: LearningDeps): Promise<Tokens> {
  const { refresh_token, expiresAt } = session.tokens
  if (now() < expiresAt - margin || refresh_token === undefined) return session.tokens
  session.refreshing ??= refresh(session, refresh_token, login)
  return session.refreshing
}

async function refresh(session: Session, refresh_token: string, login: Login): Promise<Tokens> {
  try {
    session.tokens = await login.refresh(refresh_token)
    return session.tokens
  } finally {
    session.refreshing = undefined
  }
}
