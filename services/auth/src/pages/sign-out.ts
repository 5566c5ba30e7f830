import type { Context, Middleware } from 'koa'
import { newSignOut, planSignOut, type SignOutPlan } from '../core/end-session.ts'
import { sha256 } from '../core/secrets.ts'
import type { EndedSession, Session, SignOut } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { redirect, signOutPath } from '../http/redirect.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { shownPerson } from './shown.ts'
import { showSignedOut } from './signed-out.ts'

/** `GET|POST /sign-out`: asks, then signs out one who is signed in in this browser, or all. */
export const signOutPage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    const sessions = await browserSessions(ctx, deps)
    if (ctx.method !== 'POST' && sessions.length === 0) return redirect(ctx, '/signed-out')
    const plan: SignOutPlan = { ending: [], asked: sessions, fault: null }
    const chosen = await askedAnd(ctx, { plan, action: '/sign-out', client_id: null }, deps)
    if (!chosen) return
    const signOut = newSignOut(deps)
    await deps.signOuts.insert(signOut)
    await end(ctx, { signOut, sessions, ending: chosen }, deps)
    redirect(ctx, signOutPath(signOut.id))
  }

/**
 * `GET|POST /sign-out/:id`: a sign-out that an app asked for. Asks where it must, ends, then goes back to the app or says what was ended; loaded again
 * it goes on from where it was.
 */
export const requestedSignOutPage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const id = String(ctx['params'].id)
    const signOut = await deps.signOuts.find(id)
    if (!signOut) return redirect(ctx, '/sign-out')
    ctx.state['ui_locales'] = signOut.ui_locales
    deps.cookies.rememberLocale(ctx)
    if (signOut.ended !== null) return showSignedOut(ctx, signOut, deps)
    const sessions = await browserSessions(ctx, deps)
    const plan = await planSignOut({ signOut, sessions }, deps)
    const { client_id } = signOut
    const ending = plan.asked.length > 0 ? await askedAnd(ctx, { plan, action: signOutPath(id), client_id }, deps) : plan.ending
    if (!ending) return
    const led = plan.fault === null ? signOut : { ...signOut, post_logout_redirect_uri: null }
    await end(ctx, { signOut: led, sessions, ending }, deps)
    redirect(ctx, signOutPath(id))
  }

interface Question {
  plan: SignOutPlan
  action: string
  /** Who asks for it. */
  client_id: string | null
}

/** Those whom the person chose, whoever is not named stays; nothing while the question is shown. */
async function askedAnd(ctx: Context, question: Question, deps: AuthDeps): Promise<readonly Session[] | undefined> {
  const { asked } = question.plan
  if (ctx.method !== 'POST') return ask(ctx, question, deps)
  const form = await readPageForm(ctx)
  if (!deps.csrf.proves(form.get('csrf'), csrfParts(ctx, question, deps))) return ask(ctx, question, deps, 403)
  const chosen = form.get('sid')
  return asked.filter(({ sid }) => chosen === undefined || sid === chosen)
}

interface Ending {
  signOut: SignOut
  /** All of this browser. */
  sessions: readonly Session[]
  ending: readonly EndedSession[]
}

/** Ends them, then notes it: killed in between, the next request finds nobody left to end and goes on. */
async function end(ctx: Context, { signOut, sessions, ending }: Ending, deps: AuthDeps): Promise<void> {
  for (const session of ending) await deps.sessions.end(session)
  const isEnded = ({ sid }: Session) => ending.some((ended) => ended.sid === sid)
  if (ending.length > 0 && sessions.every(isEnded)) deps.cookies.forgetSessions(ctx)
  const ended = ending.map(({ sid, sub }) => ({ sid, sub }))
  const browser = sha256(deps.cookies.ensureBrowser(ctx))
  await deps.signOuts.finish(signOut.id, { ended, browser, post_logout_redirect_uri: signOut.post_logout_redirect_uri })
}

async function ask(ctx: Context, question: Question, deps: AuthDeps, status = 200): Promise<undefined> {
  const { plan, action, client_id } = question
  const client = client_id === null ? undefined : await deps.clients.find(client_id)
  const t = locales[localeOf(ctx)]
  ctx.status = status
  await renderPage(ctx, 'sign-out', {
    asker: client && { name: client.client_name },
    accounts: await Promise.all(plan.asked.map(async ({ sid, sub }) => ({ sid, ...(await shownPerson(sub, deps)) }))),
    form: { action, csrf: deps.csrf.token(csrfParts(ctx, question, deps)) },
    notice: plan.fault === null ? undefined : t.signOut.faults[plan.fault],
    error: status === 403 ? t.errors.csrf.message : undefined,
  })
}

/** The form belongs to this browser. */
const csrfParts = (ctx: Context, { action }: Question, { cookies }: AuthDeps): string[] => [action, cookies.ensureBrowser(ctx)]
