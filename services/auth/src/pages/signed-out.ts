import type { Context, Middleware } from 'koa'
import { postLogoutUrl } from '../core/end-session.ts'
import { frontchannelUrls } from '../core/frontchannel-logout.ts'
import { includesScope } from '../core/scope.ts'
import { sha256 } from '../core/secrets.ts'
import type { EndedSession, SignOut } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { redirect } from '../http/redirect.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions } from '../http/session.ts'
import { type ShownPerson, shownPerson } from './shown.ts'

/** `GET /signed-out`: nobody is signed in; who is sees that instead. */
export const signedOutPage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    const sessions = await browserSessions(ctx, deps)
    return sessions.length > 0 ? redirect(ctx, '/') : renderPage(ctx, 'signed-out', { people: [], others: [] })
  }

/** Goes back to the app where it named a place; else says what was ended, to the browser that ended it. */
export async function showSignedOut(ctx: Context, signOut: SignOut, deps: AuthDeps): Promise<void> {
  const url = postLogoutUrl(signOut)
  const browser = deps.cookies.readBrowser(ctx)
  const ended = browser !== undefined && sha256(browser) === signOut.browser ? (signOut.ended ?? []) : []
  const frames = await frontchannelUrls(ended, deps)
  if (url !== undefined && frames.length === 0) return redirect(ctx, url)
  if (ended.length === 0) return redirect(ctx, '/signed-out')
  if (frames.length > 0) ctx.set('content-security-policy', framing(frames))
  const sessions = (await browserSessions(ctx, deps)).filter(({ sid }) => !ended.some((session) => session.sid === sid))
  await renderPage(ctx, 'signed-out', {
    people: await Promise.all(ended.map((session) => shownEnding(session, deps))),
    others: await Promise.all(sessions.map(({ sub }) => shownPerson(sub, deps))),
    frames,
    onward: url,
  })
}

/** The frames of these apps and of nobody else. */
const framing = (urls: readonly string[]): string => {
  const origins = [...new Set(urls.map((url) => new URL(url).origin))].join(' ')
  return `default-src 'none'; style-src 'self'; img-src 'self'; frame-src ${origins}; base-uri 'none'; frame-ancestors 'none'`
}

interface ShownEnding extends ShownPerson {
  /** The names of the apps that they were signed in to through this session. */
  apps: string[]
  /** Those that stay connected, as they allowed. */
  connected: string[]
}

async function shownEnding({ sid, sub }: EndedSession, deps: AuthDeps): Promise<ShownEnding> {
  const grants = await deps.grants.allOfSession(sid)
  const staying = grants.filter(({ scope, revokedAt }) => revokedAt === null && includesScope(scope, 'offline_access'))
  const connected = new Set(staying.map(({ client_id }) => client_id))
  const apps = new Set(grants.map(({ client_id }) => client_id).filter((client_id) => !connected.has(client_id)))
  const names = (client_ids: Iterable<string>) => Promise.all([...client_ids].map((client_id) => nameOf(client_id, deps)))
  return { ...(await shownPerson(sub, deps)), apps: await names(apps), connected: await names(connected) }
}

const nameOf = async (client_id: string, { clients }: AuthDeps) => (await clients.find(client_id))?.client_name ?? client_id
