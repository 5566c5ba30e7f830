import { type Login, SignInAgain } from '@menshen/login'
import type { Middleware } from 'koa'
import { showPage } from './http/show-page.ts'
import { readLearning } from './learning.ts'
import { accountPage } from './pages/account.ts'
import { welcomePage } from './pages/welcome.ts'
import { phrasesFor } from './phrases.ts'

export interface HomeDeps {
  login: Login
  openApiUrl: string
  log: (line: string) => void
}

/** `GET /`: what the site does, or the numbers of whoever is signed in; when the permission behind them has ended, a way to give it again. */
export const home =
  (deps: HomeDeps): Middleware =>
  async (ctx) => {
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
