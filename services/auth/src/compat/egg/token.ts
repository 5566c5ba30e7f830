import { decodeJwt } from 'jose'
import type { Middleware } from 'koa'
import { sha256 } from '../../core/secrets.ts'
import type { AuthDeps } from '../../deps.ts'
import { readFormParams } from '../../http/form.ts'
import { type Given, giveTokens } from '../give-tokens.ts'

/** `POST /users/token`: the members of RFC 6749 section 5.1, and those of the model that egg-oauth2-server showed, of its records the ids alone. */
export const tokenRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const given = await giveTokens(ctx, { params: await readFormParams(ctx) }, deps)
    ctx.body = { ...given.tokens, ...(await modelOf(given, deps)) }
  }

async function modelOf({ client, tokens, grant }: Given, { refreshTokens, subjectOf }: AuthDeps) {
  const { client_id } = client
  const { access_token: accessToken, refresh_token: refreshToken } = tokens
  const { exp = 0 } = decodeJwt(accessToken)
  const refreshing = refreshToken && (await refreshTokens.find({ hash: sha256(refreshToken), client_id }))
  return {
    accessToken,
    accessTokenExpiresAt: new Date(exp * 1000),
    refreshToken,
    refreshTokenExpiresAt: refreshing ? new Date(refreshing.expiresAt) : undefined,
    client: client_id,
    user: grant ? subjectOf(client, grant.sub) : client_id, // a client that acts for itself is its own service account
  }
}
