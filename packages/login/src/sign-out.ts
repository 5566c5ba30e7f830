import type { Context } from 'koa'
import { ownAddress, requireOwnForm, seeOther } from './addresses.ts'
import { dropCookie } from './cookies.ts'
import type { LoginDeps } from './deps.ts'
import { failureOf } from './failure.ts'
import type { Session } from './session.ts'
import { findSession } from './session-id.ts'
import { markAsked } from './sign-in.ts'

/** Ends the session here and gives the permission back; then the person is signed out of the login too, unless the module is a guest there. */
export async function signOut(ctx: Context, deps: LoginDeps): Promise<void> {
  requireOwnForm(ctx, deps)
  const found = await findSession(ctx, deps)
  dropCookie(ctx, '', deps)
  markAsked(ctx, deps)
  if (!found) return seeOther(ctx, ownAddress('', deps))
  await deps.store.delete(found.id)
  seeOther(ctx, (await giveBack(found.id, found.session, deps)) ?? ownAddress('', deps))
}

/** Gives the permission back, and tells where to sign out of the login; who signs out is signed out here, also when it does not answer. */
async function giveBack(id: string, { tokens, id_token }: Session, deps: LoginDeps): Promise<string | undefined> {
  const { provider, refreshing, options, log } = deps
  try {
    await refreshing.get(id)?.catch(() => undefined) // its successor is of the same grant
    await provider.revoke(tokens.refresh_token ?? tokens.access_token)
  } catch (error) {
    log(`a token could not be revoked at sign-out: ${error}`)
    if (failureOf(error).kind === 'unreachable') return undefined
  }
  return options.signOutEverywhere === false ? undefined : provider.signOutAddress(id_token)
}
