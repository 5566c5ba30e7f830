import type { Context, Middleware } from 'koa'
import { nextStep } from '../core/authorization-steps.ts'
import { checkPassword } from '../core/password.ts'
import type { AuthDeps } from '../deps.ts'
import { callerOf } from '../http/caller.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { proceed } from '../http/proceed.ts'
import { redirect } from '../http/redirect.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions, signIn } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { appEntrance, type Entrance, ownEntrance, returnOf } from './entrance.ts'
import { interactionPage, type Waiting } from './interaction.ts'
import { turnedAway } from './turned-away.ts'

/** `GET|POST /interaction/:id/sign-in`: name and password, because an app asked. */
export const signInPage = (deps: AuthDeps): Middleware =>
  interactionPage(deps, async (ctx, waiting) => {
    const entrance = await appEntrance(ctx, waiting, deps)
    if (ctx.method === 'POST') return submit(ctx, entrance, deps)
    if (ctx.query['account'] !== 'other' && (await isAnswered(ctx, waiting, deps))) return
    await showForm(ctx, entrance, deps)
  })

/** `GET|POST /sign-in`: the same without an app. */
export const ownSignInPage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    const entrance = ownEntrance(ctx, deps)
    if (ctx.method === 'POST') return submit(ctx, entrance, deps)
    const isIn = ctx.query['account'] !== 'other' && (await browserSessions(ctx, deps)).length > 0
    return isIn ? redirect(ctx, returnOf(ctx).path) : showForm(ctx, entrance, deps)
  }

/** Who signed in meanwhile, in another tab, is not asked again: then the request goes on. */
async function isAnswered(ctx: Context, { request, interaction }: Waiting, deps: AuthDeps): Promise<boolean> {
  const sessions = await browserSessions(ctx, deps)
  const { page } = await nextStep({ request, sessions, interaction }, deps)
  if (page === 'sign-in') return false
  await proceed(ctx, { request, sessions, from: interaction }, deps)
  return true
}

async function submit(ctx: Context, entrance: Entrance, deps: AuthDeps): Promise<void> {
  const form = await readPageForm(ctx)
  const typed = { username: form.get('username') ?? '', remembered: form.get('remember') === 'on' }
  if (!deps.csrf.proves(form.get('csrf'), entrance.csrfParts))
    return showForm(ctx, entrance, deps, { ...typed, error: 'csrf', status: 403 })
  const guess = {
    username: typed.username,
    password: form.get('password') ?? '',
    caller: callerOf(ctx),
    deviceOf: (sub: string) => deps.knownDevices.nameFor(ctx, sub),
  }
  try {
    const sub = await checkPassword(guess, deps)
    const session = sub === undefined ? undefined : await signIn(ctx, { sub, remembered: typed.remembered }, deps)
    if (session) return await entrance.enter(session)
    await showForm(ctx, entrance, deps, { ...typed, error: 'wrongPassword', status: 400 })
  } catch (error) {
    await showForm(ctx, entrance, deps, { ...typed, ...turnedAway(ctx, error, deps) })
  }
}

interface Form {
  username: string
  remembered: boolean
  error?: 'wrongPassword' | 'csrf' | { says: string }
  status?: number
}

async function showForm(
  ctx: Context,
  { path, csrfParts, client, back, login_hint, kept }: Entrance,
  { csrf, config }: AuthDeps,
  { username, remembered, error, status = 200 }: Form = { username: login_hint, remembered: false },
): Promise<void> {
  ctx.status = status
  await renderPage(ctx, 'sign-in', {
    kept,
    client,
    form: { action: path('sign-in'), csrf: csrf.token(csrfParts), username, remembered },
    signUp: config.signUp === 'on' ? { href: path('sign-up') } : undefined,
    back,
    error: error && sentence(ctx, error),
  })
}

function sentence(ctx: Context, error: NonNullable<Form['error']>): string {
  const { errors } = locales[localeOf(ctx)]
  if (typeof error === 'object') return error.says
  const phrase = errors[error]
  return typeof phrase === 'string' ? phrase : phrase.message
}
