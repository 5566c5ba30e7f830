import type { Context } from 'koa'
import type { LoginDeps } from './deps.ts'
import { SignInAgain } from './failure.ts'
import { liveSession, refreshedSession } from './live-tokens.ts'
import { findSession } from './session-id.ts'

/**
 * Asks an API in the person's name (RFC 6750 section 2.1), with 5 seconds' patience; a token that it refuses is refreshed once.
 * @throws SignInAgain when the login no longer stands.
 */
export async function authorizedFetch(ctx: Context, url: string | URL, init: RequestInit, deps: LoginDeps): Promise<Response> {
  const found = await findSession(ctx, deps)
  if (!found) throw new SignInAgain('ended')
  const { tokens } = await liveSession(found.id, found.session, deps)
  const answer = await ask(url, init, tokens.access_token)
  if (answer.status !== 401) return answer
  await answer.body?.cancel()
  const renewed = await refreshedSession(found.id, tokens.access_token, deps)
  const again = await ask(url, init, renewed.tokens.access_token)
  if (again.status !== 401) return again
  await deps.store.delete(found.id)
  throw new SignInAgain('refused')
}

function ask(url: string | URL, init: RequestInit, access_token: string): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${access_token}`)
  return fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5000), ...init, headers })
}
