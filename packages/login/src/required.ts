import type { Context, Middleware } from 'koa'
import { requireOwnForm } from './addresses.ts'
import type { KeptForm, LoginDeps } from './deps.ts'
import { Failure, SignInAgain } from './failure.ts'
import { readForm } from './form.ts'
import { hasLeft } from './left.ts'
import { findSession, sessionIdOf } from './session-id.ts'
import { startSignIn, wasAsked } from './sign-in.ts'

/** Milliseconds after a sign-in in which an API that refuses its token is no reason to sign in again: that would never end. */
const settling = 30_000

/** Lets only those through who are signed in, and only the module's own forms; others sign in, return to the page, and lose nothing they typed. */
export const required =
  (deps: LoginDeps): Middleware =>
  async (ctx, next) => {
    if (!isReading(ctx)) requireOwnForm(ctx, deps)
    const found = await findSession(ctx, deps)
    if (!found) return signInFirst(ctx, deps)
    try {
      await next()
    } catch (error) {
      if (!(error instanceof SignInAgain)) throw error
      const isNew = deps.now() - found.session.signedInAt < settling
      if (isNew && error.reason === 'refused') throw new Failure('misconfigured', { code: 'invalid_token', cause: error })
      await signInFirst(ctx, deps)
    }
  }

/**
 * Asks the login once, without a page, whether the person is signed in there (`prompt=none`, OpenID Connect Core section 3.1.2.1);
 * whoever isn't goes through all the same.
 */
export const attempted =
  (deps: LoginDeps): Middleware =>
  async (ctx, next) => {
    if (!isVisit(ctx) || hasLeft(ctx, deps) || wasAsked(ctx, deps) || (await findSession(ctx, deps))) return next()
    try {
      await startSignIn(ctx, { returnTo: ctx.url, prompt: 'none' }, deps)
    } catch (error) {
      deps.log(`the login could not be asked who is there: ${error}`)
      await next()
    }
  }

/** A page that somebody looks at. */
const isVisit = (ctx: Context) =>
  ctx.method === 'GET' && ['', 'document'].includes(ctx.get('sec-fetch-dest')) && ctx.get('sec-purpose') === ''

const isReading = ({ method }: Context) => method === 'GET' || method === 'HEAD'

async function signInFirst(ctx: Context, deps: LoginDeps): Promise<void> {
  if (ctx.get('sec-fetch-dest') === 'empty') return tellScript(ctx)
  if (isReading(ctx)) return startSignIn(ctx, { returnTo: ctx.url }, deps)
  await startSignIn(ctx, { returnTo: ctx.get('referer'), kept: await keptForm(ctx, deps) }, deps)
}

/** A script's request can't follow to a page. */
function tellScript(ctx: Context): void {
  ctx.status = 401
  ctx.body = { error: 'login_required' }
}

/** The form, if the browser had a session: another person who signs in must not see it. */
async function keptForm(ctx: Context, deps: LoginDeps): Promise<KeptForm | undefined> {
  const from = sessionIdOf(ctx, deps)
  if (from === undefined || !ctx.is('urlencoded')) return undefined
  const form = await readForm(ctx)
  return { from, typed: { action: ctx.path, fields: [...form] } }
}
