import type { Middleware } from 'koa'
import { userinfo } from '../core/userinfo.ts'
import type { AuthDeps } from '../deps.ts'
import { askForToken, readBearerToken } from '../http/bearer.ts'

/** `GET|POST /oauth2/userinfo` (OpenID Connect Core section 5.3). */
export const userinfoEndpoint =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const token = await readBearerToken(ctx)
    if (token === undefined) return askForToken(ctx)
    ctx.body = await userinfo(token, deps)
  }
