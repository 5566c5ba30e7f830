import { type Login, SignInAgain } from '@menshen/login'
import type { Middleware } from 'koa'
import { seeOther, showPage } from './http/answers.ts'
import { readLearning } from './learning.ts'
import { isLoopback } from './options.ts'
import { accountPage } from './pages/account.ts'
import { welcomePage } from './pages/welcome.ts'
import { phrasesFor } from './phrases.ts'

export interface HomeDeps {
  login: Login
  baseUrl: string
  openApiUrl: string
  log: (line: string) => void
}

/** `GET /`: what the site does, or the numbers of whoever is signed in; when the permission behind them has ended, a way to give it again. */
export const home =
  (deps: HomeDeps): Middleware =>
  async (ctx) => {
    if (isOtherName(ctx.hostname, deps.baseUrl)) return seeOther(ctx, `${deps.baseUrl}/`)
    const phrases = phrasesFor(ctx)
    const person = await deps.login.person(ctx)
    if (!person) return showPage(ctx, phrases, welcomePage(phrases))
    try {
      showPage(ctx, phrases, accountPage(phrases, person.name, await readLearning(ctx, deps)))
    } catch (error) {
      if (!(error instanceof SignInAgain)) throw error
      showPage(ctx, phrases, welcomePage(phrases, phrases.welcome.ended))
    }
  }

/** This machine by its other name, 127.0.0.1 for localhost: the cookie set here would be missing at the callback. */
function isOtherName(hostname: string, baseUrl: string): boolean {
  const own = new URL(baseUrl)
  return hostname !== own.hostname && isLoopback({ hostname }) && isLoopback(own)
}
