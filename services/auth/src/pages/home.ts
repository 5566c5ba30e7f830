import type { Middleware } from 'koa'
import type { AuthDeps } from '../deps.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions } from '../http/session.ts'
import { shownPerson } from './shown.ts'

/** `GET /`: who is signed in in this browser; what this is, when nobody is. */
export const homePage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    const sessions = await browserSessions(ctx, deps)
    const [user, ...others] = await Promise.all(sessions.map(({ sub }) => shownPerson(sub, deps)))
    const signUp = deps.config.signUp === 'on'
    await renderPage(ctx, user ? 'signed-in' : 'welcome', { user, others, signUp })
  }
