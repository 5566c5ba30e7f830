import { randomUUID } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import type { AppFault, AppTold, RegisteredApp } from '../admin/register-app.ts'
import { countRegistration } from '../core/attempts.ts'
import type { Params } from '../core/params.ts'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { callerOf } from '../http/caller.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { redirect, withQuery } from '../http/redirect.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { typedApp } from './entrance.ts'
import { shownPerson } from './shown.ts'
import { turnedAway } from './turned-away.ts'

/**
 * `GET|POST /client/add` of a browser: the form in which a person who is signed in registers an app of theirs, filled in from the query; what it answers is
 * the only page that shows the app's secret.
 */
export const registerAppPage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    const form = ctx.method === 'POST' ? await readPageForm(ctx) : undefined
    const typed = typedApp((name) => (form ? form.get(name)?.trim() : ctx.query[name]))
    const [session] = await browserSessions(ctx, deps)
    if (!session) return redirect(ctx, withQuery('/sign-in', { for: 'app', ...typed }))
    if (!form) return showForm(ctx, { session, typed }, deps)
    if (!isOurs(ctx, form, session, deps)) return showForm(ctx, { session, typed, error: 'csrf', status: 403 }, deps)
    await register(ctx, { form, session, typed }, deps)
  }

type Typed = Partial<AppTold>

async function register(
  ctx: Context,
  { form, session, typed }: { form: Params; session: Session; typed: Typed },
  deps: AuthDeps,
): Promise<void> {
  const { sub } = session
  const { clientName = '', redirectUrl = '', description = '' } = typed
  try {
    await countRegistration({ address: callerOf(ctx).address, sub }, deps)
  } catch (error) {
    return showForm(ctx, { session, typed, ...turnedAway(ctx, error, deps) }, deps)
  }
  const { registerApp } = await import('../admin/register-app.ts')
  const answer = await registerApp(
    { clientName, redirectUrl, description },
    { clientId: form.get('clientId') ?? '', registrant: { actor: sub, owner: sub, token: null } },
    { ...deps, openVault: async () => deps.vault },
  )
  if (answer && 'faults' in answer) return showForm(ctx, { session, typed, faults: answer.faults, status: 400 }, deps)
  const languages: never[] = [] // a link to this page would have to repeat the request
  await renderPage(ctx, 'registered-app', { app: answer satisfies RegisteredApp | undefined, languages })
}

interface Shown {
  session: Session
  typed: Typed
  faults?: readonly AppFault[]
  error?: 'csrf' | { says: string }
  status?: number
}

/** Each form registers one app, whose id it holds: sent twice it makes one. */
async function showForm(
  ctx: Context,
  { session, typed, faults = [], error, status = 200 }: Shown,
  deps: AuthDeps,
): Promise<void> {
  const { errors, registerApp } = locales[localeOf(ctx)]
  const clientId = randomUUID()
  const wrong = [...new Set(faults.map(({ field }) => field))].map((field) => ({ field, text: registerApp.faults[field] }))
  ctx.status = status
  await renderPage(ctx, 'register-app', {
    kept: { form: 'open', ...typed },
    user: await shownPerson(session.sub, deps),
    switchAccount: { href: withQuery('/sign-in', { account: 'other', for: 'app', ...typed }) },
    form: { clientId, csrf: deps.csrf.token(csrfParts(ctx, { clientId, session }, deps)), ...typed },
    faults: wrong,
    faultOf: Object.fromEntries(wrong.map(({ field, text }) => [field, text])),
    error: error === 'csrf' ? errors.csrf.message : error?.says,
  })
}

const isOurs = (ctx: Context, form: Params, session: Session, deps: AuthDeps): boolean =>
  deps.csrf.proves(form.get('csrf'), csrfParts(ctx, { clientId: form.get('clientId') ?? '', session }, deps))

/** The form belongs to this person in this browser, and to the one app that it registers. */
const csrfParts = (
  ctx: Context,
  { clientId, session }: { clientId: string; session: Session },
  { cookies }: AuthDeps,
): string[] => ['register-app', cookies.ensureBrowser(ctx), session.sid, clientId]
