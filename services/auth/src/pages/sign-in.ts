import type { Context, Middleware } from 'koa'
import { nextStep } from '../core/authorization-steps.ts'
import { OAuthError } from '../core/errors.ts'
import { checkPassword } from '../core/password.ts'
import type { AuthDeps } from '../deps.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { interactionPath, proceed, proceedAs } from '../http/proceed.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions, signIn } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { interactionPage, shownClient, type Waiting } from './interaction.ts'

/** `GET|POST /interaction/:id/sign-in`: name and password. */
export const signInPage = (deps: AuthDeps): Middleware =>
  interactionPage(deps, (ctx, waiting) => (ctx.method === 'POST' ? submit(ctx, waiting, deps) : show(ctx, waiting, deps)))

/** Who signed in meanwhile, in another tab, is not asked again, unless somebody else is wanted. */
async function show(ctx: Context, waiting: Waiting, deps: AuthDeps): Promise<void> {
  const { request, interaction } = waiting
  const sessions = ctx.query['account'] === 'other' ? [] : await browserSessions(ctx, deps)
  const { page } = await nextStep({ request, sessions, interaction }, deps)
  if (page !== 'sign-in') return proceed(ctx, { request, sessions, from: interaction }, deps)
  await showForm(ctx, waiting, deps, { username: request.login_hint ?? '' })
}

async function submit(ctx: Context, waiting: Waiting, deps: AuthDeps): Promise<void> {
  const form = await readPageForm(ctx)
  const username = form.get('username') ?? ''
  if (!deps.csrf.proves(form.get('csrf'), csrfParts(waiting)))
    return showForm(ctx, waiting, deps, { username, error: 'csrf', status: 403 })
  try {
    const sub = await checkPassword(username, form.get('password') ?? '', deps)
    const session = sub === undefined ? undefined : await signIn(ctx, sub, deps)
    if (session) return await proceedAs(ctx, { ...waiting, session }, { signedIn: true }, deps)
    await showForm(ctx, waiting, deps, { username, error: 'wrongPassword', status: 400 })
  } catch (error) {
    if (!(error instanceof OAuthError) || error.code !== 'temporarily_unavailable') throw error
    ctx.set(error.headers)
    await showForm(ctx, waiting, deps, { username, error: 'tooBusy', status: 503 })
  }
}

interface Form {
  username: string
  error?: 'wrongPassword' | 'tooBusy' | 'csrf'
  status?: number
}

async function showForm(
  ctx: Context,
  waiting: Waiting,
  { csrf }: AuthDeps,
  { username, error, status = 200 }: Form,
): Promise<void> {
  const { id } = waiting.interaction
  const token = csrf.token(csrfParts(waiting))
  ctx.status = status
  await renderPage(ctx, 'sign-in', {
    client: shownClient(waiting.request),
    form: { action: interactionPath(id, 'sign-in'), csrf: token, username },
    back: { action: interactionPath(id, 'cancel'), csrf: token },
    error: error && sentence(ctx, error),
  })
}

function sentence(ctx: Context, error: NonNullable<Form['error']>): string {
  const phrase = locales[localeOf(ctx)].errors[error]
  return typeof phrase === 'string' ? phrase : phrase.message
}

/** The form belongs to this interaction in this browser. */
export const csrfParts = ({ interaction, browser }: Waiting): string[] => ['sign-in', interaction.id, browser]
