import type { Context, Middleware } from 'koa'
import { proveAsker, readAuthorizationRequest } from '../../core/authorization-request.ts'
import { OAuthError } from '../../core/errors.ts'
import { newInteraction } from '../../core/interaction.ts'
import { type Params, requireSingle } from '../../core/params.ts'
import { checkPassword } from '../../core/password.ts'
import type { Session } from '../../core/types.ts'
import type { AuthDeps } from '../../deps.ts'
import { callerOf } from '../../http/caller.ts'
import { proceedAs } from '../../http/proceed.ts'
import { redirectingFailures } from '../../http/redirecting-failures.ts'
import { signIn } from '../../http/session.ts'
import { readAnyParams } from '../give-tokens.ts'
import { refuseOtherSites } from './refuse-other-sites.ts'

/**
 * `POST /users/authorize`: an authorization request that brings the name and password along. Our own apps get their code at once; to another one the person
 * must agree first, on the page that comes next.
 */
export const authorizeByPasswordRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    refuseOtherSites(ctx, deps)
    const params = await readAnyParams(ctx)
    requireSingle(params)
    const asker = await proveAsker(params, deps)
    const session = await requireSession(ctx, params, deps)
    await redirectingFailures(ctx, asker, deps, async () => {
      const request = await readAuthorizationRequest(params, asker, deps)
      const interaction = newInteraction({ params: params.entries(), browser: null }, deps)
      await deps.interactions.insert(interaction)
      await proceedAs(ctx, { request, interaction, session }, { signedIn: true }, deps)
    })
    if (ctx.status === 303) ctx.status = 302 // as that server answered
  }

/** Signs in whoever has this name and password. @throws OAuthError invalid_grant, and as `checkPassword` does. */
async function requireSession(ctx: Context, params: Params, deps: AuthDeps): Promise<Session> {
  const guess = {
    username: params.required('username'),
    password: params.required('password'),
    caller: callerOf(ctx),
    deviceOf: (sub: string) => deps.knownDevices.nameFor(ctx, sub),
  }
  const sub = await checkPassword(guess, deps)
  const session = sub === undefined ? undefined : await signIn(ctx, { sub, remembered: false }, deps)
  if (!session) throw new OAuthError('invalid_grant', 'the user name or the password is wrong')
  return session
}
