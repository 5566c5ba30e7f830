import Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import { ownName, seeOther } from './addresses.ts'
import { authorizedFetch } from './authorized-fetch.ts'
import { backchannelLogout } from './backchannel-logout.ts'
import { createDeps, type LoginDeps } from './deps.ts'
import type { LoginOptions } from './options.ts'
import { attempted, required } from './required.ts'
import type { Session, Typed } from './session.ts'
import { findSession } from './session-id.ts'
import { finishSignIn, startSignIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'

/** Who is signed in. */
export type Person = Pick<Session, 'sub' | 'sid' | 'name' | 'claims'>

/** "Sign in with Menshen" for a Koa module. */
export interface Login {
  /** `GET /login`, `GET /callback`, `POST /logout` and `POST /backchannel-logout`. */
  routes(): Middleware
  person(ctx: Context): Promise<Person | undefined>
  /** Lets only those through who are signed in, and only the module's own forms. Others sign in and return to the page. */
  required: Middleware
  /** Signs those in, without a page, who are signed in at the login; lets everyone through. */
  attempted: Middleware
  /** The form that was interrupted by a sign-in, once. */
  typed(ctx: Context): Promise<Typed | undefined>
  /** Asks an API in the person's name. @throws SignInAgain when the login no longer stands. */
  fetch(ctx: Context, url: string | URL, init?: RequestInit): Promise<Response>
}

/** Creates it; the login is first asked when somebody signs in, so that the module starts without it. */
export function createLogin(options: LoginOptions): Login {
  const deps = createDeps(options)
  return {
    routes: () => routes(deps),
    person: (ctx) => readPerson(ctx, deps),
    required: required(deps),
    attempted: attempted(deps),
    typed: (ctx) => takeTyped(ctx, deps),
    fetch: (ctx, url, init = {}) => authorizedFetch(ctx, url, init, deps),
  }
}

/** What a module may ask the login for (OpenID Connect Core section 3.1.2.1). */
const prompts = ['none', 'login', 'consent', 'select_account', 'create']

function routes(deps: LoginDeps): Middleware {
  const { path, url } = deps.base
  const router = new Router({ prefix: path })
  router.get('/login', async (ctx) => {
    if (ctx.get('sec-fetch-site') === 'cross-site') return seeOther(ctx, `${url}/`) // where the button is (Fetch Metadata)
    const asked = new URLSearchParams(ctx.search)
    const prompt = prompts.find((known) => known === asked.get('prompt'))
    await startSignIn(ctx, { returnTo: asked.get('return_to') ?? undefined, prompt }, deps)
  })
  router.get('/callback', (ctx) => finishSignIn(ctx, deps))
  router.post('/logout', (ctx) => signOut(ctx, deps))
  router.post('/backchannel-logout', backchannelLogout(deps))
  const all = router.routes() as Middleware
  const named = ownName(deps)
  return (ctx, next) => named(ctx, () => all(ctx, next))
}

async function readPerson(ctx: Context, deps: LoginDeps): Promise<Person | undefined> {
  const found = await findSession(ctx, deps)
  if (!found) return undefined
  const { sub, sid, name, claims } = found.session
  return { sub, sid, name, claims }
}

async function takeTyped(ctx: Context, deps: LoginDeps): Promise<Typed | undefined> {
  const found = await findSession(ctx, deps)
  if (!found?.session.typed) return undefined
  await deps.store.update(found.id, { typed: undefined })
  return found.session.typed
}
