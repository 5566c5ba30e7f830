import type { Context, Middleware } from 'koa'
import type { SiteDeps } from '../deps.ts'
import { seeOther, showPage } from '../http/answers.ts'
import { readLearning } from '../learning.ts'
import { isLoopback } from '../options.ts'
import { accountPage } from '../pages/account.ts'
import { welcomePage } from '../pages/welcome.ts'
import { phrasesFor } from '../phrases.ts'
import { dropSessionId, type Session, sessionIdOf } from '../session.ts'

/** `GET /`: what the site does, or the numbers of whoever is signed in. */
export const home =
  (deps: SiteDeps): Middleware =>
  async (ctx) => {
    if (isOtherName(ctx.hostname, deps.baseUrl)) return seeOther(ctx, `${deps.baseUrl}/`)
    const id = sessionIdOf(ctx)
    const session = id === undefined ? undefined : deps.sessions.signedIn.get(id)
    if (id === undefined || !session) return showWelcome(ctx)
    await showAccount(ctx, { id, session }, deps)
  }

/** This machine by its other name, 127.0.0.1 for localhost: the cookie set here would be missing at the callback. */
function isOtherName(hostname: string, baseUrl: string): boolean {
  const own = new URL(baseUrl)
  return hostname !== own.hostname && isLoopback({ hostname }) && isLoopback(own)
}

function showWelcome(ctx: Context): void {
  const phrases = phrasesFor(ctx)
  showPage(ctx, phrases, welcomePage(phrases))
}

/** The numbers; when the permission behind them has ended, so has the session. */
async function showAccount(ctx: Context, { id, session }: { id: string; session: Session }, deps: SiteDeps): Promise<void> {
  const phrases = phrasesFor(ctx)
  const learning = await readLearning(session, deps)
  if (learning.outcome !== 'ended') return showPage(ctx, phrases, accountPage(phrases, session.name, learning))
  deps.sessions.signedIn.delete(id)
  dropSessionId(ctx, deps.baseUrl)
  showPage(ctx, phrases, welcomePage(phrases, phrases.welcome.ended))
}
