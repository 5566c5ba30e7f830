import type { Context, Middleware } from 'koa'
import type { SiteDeps } from '../deps.ts'
import { Failure } from '../failure.ts'
import { seeOther } from '../http/answers.ts'
import { dropSessionId, type Session, sessionIdOf } from '../session.ts'

/** `POST /logout`: ends the session here and gives the permission back to Menshen. */
export const logout =
  (deps: SiteDeps): Middleware =>
  async (ctx) => {
    requireOwnForm(ctx, deps)
    const id = sessionIdOf(ctx) ?? ''
    const session = deps.sessions.signedIn.get(id)
    deps.sessions.signedIn.delete(id)
    dropSessionId(ctx, deps.baseUrl)
    if (session) await giveBack(session, deps)
    seeOther(ctx, '/')
  }

/** Refuses a form that did not come from this site; every browser sends Origin with a POST (RFC 6454 section 7). */
function requireOwnForm(ctx: Context, { baseUrl }: SiteDeps): void {
  if (ctx.get('origin') !== new URL(baseUrl).origin) throw new Failure('foreign')
}

/** Any token stands for all of them (RFC 7009 section 2.1). Who signs out is signed out, also when the login does not answer. */
async function giveBack({ tokens, refreshing }: Session, { login, log }: SiteDeps): Promise<void> {
  try {
    const { refresh_token, access_token } = (await refreshing) ?? tokens
    await login.revoke(refresh_token ?? access_token)
  } catch (error) {
    log(`a token could not be revoked at sign-out: ${error}`)
  }
}
