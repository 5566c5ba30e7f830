import type { Context } from 'koa'
import { AuthorizationResponseError } from 'openid-client'
import { ownAddress, seeOther } from './addresses.ts'
import { dropCookie, giveCookie, readCookie } from './cookies.ts'
import type { KeptForm, LoginDeps, PendingSignIn } from './deps.ts'
import { Failure } from './failure.ts'
import { forgetLeft, hasLeft } from './left.ts'
import { type Ended, isNamed } from './session.ts'
import { findSession, newSecret, newSessionId, sessionIdOf, wasSessionOf } from './session-id.ts'

export interface Asked {
  /** Within the module; its home page when left out. */
  returnTo?: string | undefined
  prompt?: string | undefined
  /** What the person had typed. */
  kept?: KeptForm | undefined
}

/** Seconds a browser may take to come back. */
const patience = 15 * 60

/**
 * Sends the browser to the login; it only remembers that a sign-in was started, and changes nothing else. After a sign-out of which the login knows
 * nothing, it is to ask for the password.
 */
export async function startSignIn(ctx: Context, { returnTo, prompt: asked, kept }: Asked, deps: LoginDeps): Promise<void> {
  const mayBeSomebodyElse = hasLeft(ctx, deps) && asked !== 'create'
  if (mayBeSomebodyElse && asked === 'none') return seeOther(ctx, ownAddress(returnTo, deps))
  const prompt = mayBeSomebodyElse ? 'login' : asked
  const ui_locales = deps.options.locale?.(ctx)
  const { address, started } = await deps.provider.start({ ...(prompt && { prompt }), ...(ui_locales && { ui_locales }) })
  const browser = newSecret()
  deps.pending.set(started.state, {
    ...started,
    browser,
    returnTo: ownAddress(returnTo, deps),
    silent: prompt === 'none',
    outcome: undefined,
  })
  if (kept) deps.kept.set(started.state, kept)
  giveCookie(ctx, bindingOf(started.state), browser, deps, patience)
  seeOther(ctx, address)
}

/** Takes the browser's return, with a code or an error (RFC 6749 section 4.1.2). */
export async function finishSignIn(ctx: Context, deps: LoginDeps): Promise<void> {
  const answer = new URLSearchParams(ctx.search)
  const state = answer.get('state') ?? ''
  const found = deps.pending.get(state)
  const here = await findSession(ctx, deps)
  if (here?.session.state === state) return seeOther(ctx, found?.returnTo ?? ownAddress('', deps)) // reloaded, or came back to it

  const browser = readCookie(ctx, bindingOf(state), deps)
  if (!found && browser !== undefined && answer.has('code') && !wasAsked(ctx, deps)) return beginAnew(ctx, state, deps)
  const pending = requireSameBrowser(found, browser)
  dropCookie(ctx, bindingOf(state), deps)
  pending.outcome ??= signIn(ctx, pending, deps)
  const id = await pending.outcome
  if (id === undefined) markAsked(ctx, deps)
  else {
    giveCookie(ctx, '', id, deps)
    forgetLeft(ctx, deps)
  }
  seeOther(ctx, pending.returnTo)
}

/**
 * A sign-in of this browser that is forgotten here, by a new start or in a flood of strangers' sign-ins, is begun anew, once: the login knows the person
 * by now and lets them in without a page.
 */
async function beginAnew(ctx: Context, state: string, deps: LoginDeps): Promise<void> {
  dropCookie(ctx, bindingOf(state), deps)
  markAsked(ctx, deps)
  await startSignIn(ctx, {}, deps)
}

/** A cookie for each sign-in, so that those of several tabs don't get in each other's way. */
const bindingOf = (state: string) => `_${state.slice(0, 8).replace(/[^\w-]/g, '')}`

/** Only the browser that started a sign-in may finish it (RFC 6749 section 10.12); a stranger's try leaves it untouched. */
function requireSameBrowser(pending: PendingSignIn | undefined, browser: string | undefined): PendingSignIn {
  if (!pending || pending.browser !== browser) throw new Failure('stale')
  return pending
}

/**
 * Redeems the code and begins a session under a new id, so that nobody can have known it before; nothing when it ended at the login on the way: whoever
 * was told of that too early finds it here.
 */
async function signIn(ctx: Context, pending: PendingSignIn, deps: LoginDeps): Promise<string | undefined> {
  const { provider, store, kept, redeeming, now } = deps
  const { state } = pending
  const endedMeanwhile: Ended[] = []
  redeeming.add(endedMeanwhile)
  try {
    const signedIn = await provider.finish(pending, ctx.search)
    const form = kept.get(state)
    const typed = form && wasSessionOf(form.from, signedIn.sub) ? form.typed : undefined // never shown to somebody else
    const id = newSessionId(signedIn.sub)
    await store.add(id, { ...signedIn, state, signedInAt: now(), typed })
    const before = sessionIdOf(ctx, deps)
    if (before !== undefined) await store.delete(before)
    if (!endedMeanwhile.some((ended) => isNamed(ended, signedIn))) return id
    await store.delete(id)
    return undefined
  } catch (error) {
    if (pending.silent && isNobody(error)) return undefined
    deps.pending.delete(state)
    throw error
  } finally {
    redeeming.delete(endedMeanwhile)
    kept.delete(state)
  }
}

/** The answers that a page would be needed (OpenID Connect Core section 3.1.2.6). */
const needsPage = new Set(['login_required', 'interaction_required', 'consent_required', 'account_selection_required'])
const isNobody = (error: unknown) => error instanceof AuthorizationResponseError && needsPage.has(error.error)

const askedJustNow = '_asked'

/** Remembers for the next page that the login was asked, so that it isn't asked forever. */
export const markAsked = (ctx: Context, deps: LoginDeps): void => giveCookie(ctx, askedJustNow, '1', deps, 60)

/** Whether the login was asked just now; only once. */
export function wasAsked(ctx: Context, deps: LoginDeps): boolean {
  const was = readCookie(ctx, askedJustNow, deps) !== undefined
  if (was) dropCookie(ctx, askedJustNow, deps)
  return was
}
