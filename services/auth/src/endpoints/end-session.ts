import type { Middleware } from 'koa'
import { readSignOut } from '../core/end-session.ts'
import type { AuthDeps } from '../deps.ts'
import { readKeptForm, readQueryParams } from '../http/form.ts'
import { redirect, signOutPath } from '../http/redirect.ts'

/**
 * `GET|POST /oauth2/end_session` (RP-Initiated Logout 1.0 section 2). It reads no cookie, as a POST from another site brings none: what came is kept, and
 * the browser comes back for it with a GET, its ID token in no address of ours.
 */
export const endSessionEndpoint =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const params = ctx.method === 'POST' ? await readKeptForm(ctx) : readQueryParams(ctx)
    const signOut = await readSignOut(params, deps)
    const { id, fault, client_id } = signOut
    if (fault !== null) {
      const said = {
        fault,
        client_id: params.get('client_id')?.slice(0, 128) ?? client_id,
        uri: params.get('post_logout_redirect_uri')?.slice(0, 500),
      }
      deps.log.warn(said, 'a sign-out that an app asked for has a mistake')
    }
    await deps.signOuts.insert(signOut)
    redirect(ctx, signOutPath(id))
  }
