import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'
import { newSession } from '../core/grant.ts'
import { newSecret, sha256 } from '../core/secrets.ts'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'

/** The sessions that still sign on in this browser, the newest first. */
export async function browserSessions(ctx: Context, { cookies, sessions }: AuthDeps): Promise<Session[]> {
  const cookie = cookies.readSession(ctx)
  return cookie === undefined ? [] : sessions.ofBrowser(sha256(cookie))
}

/**
 * Signs a person in to this browser, under a new cookie (so none that was planted before is worth anything); others who are signed in here stay.
 * Nothing when the account was disabled meanwhile.
 */
export async function signIn(ctx: Context, sub: string, deps: AuthDeps): Promise<Session | undefined> {
  const before = await browserSessions(ctx, deps)
  const renewed = before.find((session) => session.sub === sub)
  const others = before.filter((session) => session !== renewed)
  const cookie = newSecret()
  const purgeAt = deps.clock.now() + deps.config.sessionTtl * 1000
  const session = newSession({ sid: renewed?.sid ?? randomUUID(), sub, browser: sha256(cookie), client_id: null, purgeAt }, deps)
  if (!(await deps.sessions.signIn({ session, renewed, others }))) return undefined
  deps.cookies.writeSession(ctx, cookie)
  return session
}
