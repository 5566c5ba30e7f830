import type { Context } from 'koa'
import { ownAddress, requireOwnForm, seeOther } from './addresses.ts'
import { dropCookie } from './cookies.ts'
import type { LoginDeps } from './deps.ts'
import { failureOf } from './failure.ts'
import { markLeft } from './left.ts'
import type { Session } from './session.ts'
import { findSession } from './session-id.ts'
import { markAsked } from './sign-in.ts'

/**
 * Ends the session here and gives the permission back; then the person signs out of the login too, unless the module is a guest there. Also when
 * there is no session any more: who presses the button wants to be out.
 */
export async function signOut(ctx: Context, deps: LoginDeps): Promise<void> {
  requireOwnForm(ctx, deps)
  const found = await findSession(ctx, deps)
  dropCookie(ctx, '', deps)
  markAsked(ctx, deps)
  if (found) await deps.store.delete(found.id)
  const isReached = !found || (await giveBack(found.id, found.session, deps))
  const address = isReached ? await signOutAddress(ctx, found?.session, deps) : undefined
  if (!isReached) markLeft(ctx, deps)
  seeOther(ctx, address ?? ownAddress('', deps))
}

/** Whether the login was there to hear it; who signs out is signed out here all the same. */
async function giveBack(id: string, { tokens }: Session, { provider, refreshing, log }: LoginDeps): Promise<boolean> {
  try {
    await refreshing.get(id)?.catch(() => undefined) // its successor is of the same grant
    await provider.revoke(tokens.refresh_token ?? tokens.access_token)
    return true
  } catch (error) {
    log(`a token could not be revoked at sign-out: ${error}`)
    return failureOf(error).kind !== 'unreachable'
  }
}

async function signOutAddress(ctx: Context, session: Session | undefined, deps: LoginDeps): Promise<string | undefined> {
  const { options, provider, log } = deps
  if (options.signOutEverywhere === false) return undefined
  try {
    return await provider.signOutAddress(session?.id_token)
  } catch (error) {
    log(`the login could not be asked to sign out: ${error}`)
    markLeft(ctx, deps)
    return undefined
  }
}
