import type { Context, Middleware } from 'koa'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { redirect } from '../http/redirect.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { shownPerson } from './shown.ts'

/** `GET|POST /sign-out`: asks, then signs out one who is signed in in this browser, or all. */
export const signOutPage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    const sessions = await browserSessions(ctx, deps)
    if (ctx.method !== 'POST') return sessions.length === 0 ? redirect(ctx, '/signed-out') : show(ctx, sessions, deps)
    const form = await readPageForm(ctx)
    if (!deps.csrf.proves(form.get('csrf'), csrfParts(ctx, deps))) return show(ctx, sessions, deps, 403)
    await signOut(ctx, sessions, form.get('sid'), deps)
  }

/** `GET /signed-out`: it is done; who is signed in still sees that instead. */
export const signedOutPage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    const sessions = await browserSessions(ctx, deps)
    return sessions.length > 0 ? redirect(ctx, '/') : renderPage(ctx, 'signed-out', {})
  }

/** Whoever is not named stays. */
async function signOut(ctx: Context, sessions: readonly Session[], sid: string | undefined, deps: AuthDeps): Promise<void> {
  const ending = sessions.filter((session) => sid === undefined || session.sid === sid)
  for (const session of ending) await deps.sessions.end(session)
  if (ending.length === sessions.length) deps.cookies.forgetSessions(ctx)
  redirect(ctx, '/signed-out')
}

async function show(ctx: Context, sessions: readonly Session[], deps: AuthDeps, status = 200): Promise<void> {
  ctx.status = status
  await renderPage(ctx, 'sign-out', {
    accounts: await Promise.all(sessions.map(async ({ sid, sub }) => ({ sid, ...(await shownPerson(sub, deps)) }))),
    form: { action: '/sign-out', csrf: deps.csrf.token(csrfParts(ctx, deps)) },
    error: status === 403 ? locales[localeOf(ctx)].errors.csrf.message : undefined,
  })
}

/** The form belongs to this browser. */
const csrfParts = (ctx: Context, { cookies }: AuthDeps): string[] => ['sign-out', cookies.ensureBrowser(ctx)]
