import type { Context, Middleware } from 'koa'
import { countSignUp } from '../core/attempts.ts'
import type { Params } from '../core/params.ts'
import { createAccount, type SignUp, type SignUpFault, signUpFaults } from '../core/sign-up.ts'
import type { AuthDeps } from '../deps.ts'
import { callerOf } from '../http/caller.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { PageError } from '../http/page-error.ts'
import { renderPage } from '../http/render.ts'
import { signIn } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { appEntrance, type Entrance, ownEntrance } from './entrance.ts'
import { interactionPage } from './interaction.ts'
import { turnedAway } from './turned-away.ts'

/** `GET|POST /interaction/:id/sign-up`: a new account, because an app asked (Initiating User Registration via OpenID Connect section 4). */
export const signUpPage = (deps: AuthDeps): Middleware =>
  interactionPage(deps, (ctx, waiting) => signUp(ctx, () => appEntrance(ctx, waiting, deps), deps))

/** `GET|POST /sign-up`: the same without an app. */
export const ownSignUpPage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    await signUp(ctx, () => ownEntrance(ctx, deps), deps)
  }

async function signUp(ctx: Context, entranceOf: () => Entrance | Promise<Entrance>, deps: AuthDeps): Promise<void> {
  if (deps.config.signUp === 'off') throw new PageError('notFound', 404)
  const entrance = await entranceOf()
  if (ctx.method === 'POST') await submit(ctx, entrance, deps)
  else await showForm(ctx, entrance, { typed: { username: entrance.login_hint } }, deps)
}

async function submit(ctx: Context, entrance: Entrance, deps: AuthDeps): Promise<void> {
  const form = await readPageForm(ctx)
  const typed = readTyped(form)
  if (!deps.csrf.proves(form.get('csrf'), entrance.csrfParts))
    return showForm(ctx, entrance, { typed, error: 'csrf', status: 403 }, deps)
  const faults = signUpFaults(typed)
  if (faults.length > 0) return showForm(ctx, entrance, { typed, faults, status: 400 }, deps)
  try {
    await countSignUp(callerOf(ctx).address, deps)
    const sub = await createAccount(typed, deps)
    const session = sub === undefined ? undefined : await signIn(ctx, { sub, remembered: false }, deps)
    if (session) return await entrance.enter(session)
    await showForm(ctx, entrance, { typed, faults: [{ field: 'username', fault: 'taken' }], status: 400 }, deps)
  } catch (error) {
    await showForm(ctx, entrance, { typed, ...turnedAway(ctx, error, deps) }, deps)
  }
}

/** Blanks around a word are nobody's intention; those of a password are. */
const readTyped = (form: Params): SignUp => ({
  username: form.get('username')?.trim() ?? '',
  name: form.get('name')?.trim() ?? '',
  email: form.get('email')?.trim() ?? '',
  password: form.get('password') ?? '',
})

interface Form {
  typed: Partial<SignUp>
  faults?: SignUpFault[]
  error?: 'csrf' | { says: string }
  status?: number
}

/** The form, with all that was typed but the password. */
async function showForm(
  ctx: Context,
  { path, other, csrfParts, client, back, kept }: Entrance,
  { typed: { password: _, ...typed }, faults = [], error, status = 200 }: Form,
  { csrf }: AuthDeps,
): Promise<void> {
  const { errors, signUp } = locales[localeOf(ctx)]
  const sentences = faults.map(({ field, fault }) => ({ field, text: sentence(signUp.faults[field], fault) }))
  ctx.status = status
  await renderPage(ctx, 'sign-up', {
    kept,
    client,
    form: { action: path('sign-up'), csrf: csrf.token(csrfParts), ...typed },
    faults: sentences,
    faultOf: Object.fromEntries(sentences.map(({ field, text }) => [field, text])),
    signIn: { href: other },
    back,
    error: error === 'csrf' ? errors.csrf.message : error?.says,
  })
}

const sentence = (words: Partial<Record<SignUpFault['fault'], string>>, fault: SignUpFault['fault']): string =>
  words[fault] ?? fault
