import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'
import { newSecret, sha256 } from '../core/secrets.ts'
import { newSession, sessionLifetime } from '../core/session.ts'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { callerOf } from './caller.ts'

/** The sessions that still sign on in this browser, the newest first. */
export async function browserSessions(ctx: Context, { cookies, sessions }: AuthDeps): Promise<Session[]> {
  const named = cookies.readSessions(ctx).map((cookie) => sessions.ofBrowser(sha256(cookie)))
  return (await Promise.all(named)).flat().sort((a, b) => b.authenticatedAt - a.authenticatedAt)
}

/**
 * Signs a person in to this browser, under a new cookie (so none that was planted before is worth anything); others who are signed in here stay, each
 * for as long as they wanted. Nothing when the account was disabled meanwhile.
 */
export async function signIn(
  ctx: Context,
  { sub, remembered }: { sub: string; remembered: boolean },
  deps: AuthDeps,
): Promise<Session | undefined> {
  const before = await browserSessions(ctx, deps)
  const renewed = before.find((session) => session.sub === sub)
  const others = before.filter((session) => session !== renewed && (session.remembered ?? false) === remembered)
  const cookie = newSecret()
  const { total } = sessionLifetime(remembered, deps.config)
  const endsAt = deps.clock.now() + total
  const session = newSession(
    {
      sid: renewed?.sid ?? randomUUID(),
      sub,
      browser: sha256(cookie),
      remembered,
      client_id: null,
      endsAt,
      purgeAt: Math.max(endsAt, renewed?.purgeAt ?? 0),
      caller: callerOf(ctx),
    },
    deps,
  )
  if (!(await deps.sessions.signIn({ session, renewed, others }))) return undefined
  deps.cookies.writeSession(ctx, cookie, remembered ? total : null)
  deps.knownDevices.remember(ctx, sub)
  return session
}
