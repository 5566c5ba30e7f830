import type { Context, Middleware } from 'koa'
import type { LoginDeps } from './deps.ts'
import { readForm } from './form.ts'
import { createLogoutTokenCheck, InvalidLogoutToken } from './logout-token.ts'
import type { Ended } from './session.ts'

/** `POST /backchannel-logout`: the login says that a session ended there, so it ends here (Back-Channel Logout sections 2.5 to 2.8). */
export function backchannelLogout(deps: LoginDeps): Middleware {
  const check = createLogoutTokenCheck(deps)
  return async (ctx) => {
    ctx.set('cache-control', 'no-store')
    try {
      const { jti, ...ended } = await check(await readToken(ctx))
      if (deps.taken.get(jti)) throw new InvalidLogoutToken('this logout token was taken before')
      deps.taken.set(jti, true)
      await endSessions(ended, deps).catch((error) => {
        deps.taken.delete(jti) // it may be sent again
        throw error
      })
      ctx.status = 200
      ctx.body = {}
    } catch (error) {
      if (!(error instanceof InvalidLogoutToken)) throw error
      deps.log(`a logout token was refused: ${error.message}`)
      ctx.status = 400
      ctx.body = { error: 'invalid_request', error_description: error.message.replace(/[^ -~]|["\\]/g, '?') }
    }
  }
}

/** Those that are there, and those that a sign-in under way is about to add. */
async function endSessions(ended: Ended, { store, redeeming }: LoginDeps): Promise<void> {
  for (const meanwhile of redeeming) meanwhile.push(ended)
  await store.end(ended)
}

async function readToken(ctx: Context): Promise<string> {
  const form = await readForm(ctx).catch(() => undefined)
  const token = form?.get('logout_token')
  if (!token) throw new InvalidLogoutToken('logout_token is missing')
  return token
}
