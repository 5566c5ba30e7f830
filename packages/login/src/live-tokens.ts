import { ResponseBodyError } from 'openid-client'
import type { LoginDeps } from './deps.ts'
import { SignInAgain } from './failure.ts'
import type { Session } from './session.ts'

/** Refreshed this long before their end, so that they don't end on the way, in milliseconds. */
const margin = 10_000

/** The session with an access token that is in force. */
export async function liveSession(id: string, session: Session, deps: LoginDeps): Promise<Session> {
  const { access_token, refresh_token, expiresAt } = session.tokens
  if (deps.now() < expiresAt - margin || refresh_token === undefined) return session
  return refreshedSession(id, access_token, deps)
}

/**
 * The session with another access token than the one that is no longer of use. A refresh token is used once, so everyone who finds the same
 * waits for the same refresh (RFC 9700 section 4.14.2).
 */
export function refreshedSession(id: string, useless: string, deps: LoginDeps): Promise<Session> {
  const { refreshing } = deps
  const underWay = refreshing.get(id) ?? refresh(id, useless, deps).finally(() => refreshing.delete(id))
  refreshing.set(id, underWay)
  return underWay
}

async function refresh(id: string, useless: string, { store, provider }: LoginDeps): Promise<Session> {
  const session = await store.get(id)
  if (!session) throw new SignInAgain('ended')
  const { access_token, refresh_token } = session.tokens
  if (access_token !== useless) return session // somebody was quicker
  if (refresh_token === undefined) {
    await store.delete(id)
    throw new SignInAgain('refused')
  }
  try {
    const renewed = await store.update(id, { tokens: await provider.refresh(refresh_token) })
    if (renewed) return renewed
  } catch (cause) {
    if (!(cause instanceof ResponseBodyError) || cause.error !== 'invalid_grant') throw cause
    await store.delete(id)
    throw new SignInAgain('ended', cause)
  }
  throw new SignInAgain('ended') // signed out meanwhile
}
