import type { Context, Middleware } from 'koa'
import type { SiteDeps } from '../deps.ts'
import { Failure } from '../failure.ts'
import { seeOther } from '../http/answers.ts'
import { phrasesFor } from '../phrases.ts'
import { giveSessionId, newSessionId, type PendingLogin, sessionIdOf } from '../session.ts'

/**
 * `GET /login`: off to Menshen. It only remembers that a sign-in was started and changes nothing else; a start by another site is
 * sent to the home page, where the button is (Fetch Metadata).
 */
export const login =
  ({ login, sessions, baseUrl }: SiteDeps): Middleware =>
  async (ctx) => {
    if (ctx.get('sec-fetch-site') === 'cross-site') return seeOther(ctx, '/')
    const browser = sessionIdOf(ctx) ?? newSessionId()
    const { address, pending } = await login.start(browser, phrasesFor(ctx).locale)
    sessions.pending.set(pending.state, pending)
    giveSessionId(ctx, browser, baseUrl)
    seeOther(ctx, address)
  }

/** `GET /callback`: back from Menshen, with a code or an error (RFC 6749 section 4.1.2). */
export const callback =
  (deps: SiteDeps): Middleware =>
  async (ctx) => {
    const { sessions, baseUrl } = deps
    const state = new URLSearchParams(ctx.search).get('state') ?? ''
    const browser = sessionIdOf(ctx) ?? ''
    if (sessions.signedIn.get(browser)?.state === state) return seeOther(ctx, '/') // reloaded, or came back to it

    const pending = requirePending(sessions.pending.get(state), browser)
    pending.outcome ??= signIn(ctx, pending, deps)
    giveSessionId(ctx, await pending.outcome, baseUrl)
    seeOther(ctx, '/')
  }

/** Only the browser that started a sign-in may finish it (RFC 6749 section 10.12); a stranger's try leaves it untouched. */
function requirePending(pending: PendingLogin | undefined, browser: string): PendingLogin {
  if (pending?.browser !== browser) throw new Failure('stale')
  return pending
}

/** Redeems the code and begins a session under a new id, so that nobody can have known it before. */
async function signIn(ctx: Context, pending: PendingLogin, { login, sessions }: SiteDeps): Promise<string> {
  try {
    const { name, tokens } = await login.finish(pending, ctx.search)
    const id = newSessionId()
    sessions.signedIn.set(id, { name, tokens, refreshing: undefined, state: pending.state })
    sessions.signedIn.delete(pending.browser)
    return id
  } catch (error) {
    sessions.pending.delete(pending.state)
    throw error
  }
}
