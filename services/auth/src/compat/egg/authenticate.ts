import type { Middleware } from 'koa'
import type { AuthDeps } from '../../deps.ts'
import { askForToken } from '../../http/bearer.ts'
import { readTokenHolder } from './require-token.ts'

/** `GET|POST /users/authenticate`: whether an access token is good. */
export const authenticateRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    if (!(await readTokenHolder(ctx, deps))) return askForToken(ctx)
    ctx.body = { msg: 'successed!' }
  }
