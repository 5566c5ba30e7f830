import type { Middleware } from 'koa'
import { OAuthError } from '../../core/errors.ts'
import type { AuthDeps } from '../../deps.ts'
import { type Given, giveTokens, readAnyParams } from '../give-tokens.ts'
import { authserverTokenRequest, toldScope } from './words.ts'

/** `GET|POST /oauth2/access_token`: trades a code for tokens. */
export const accessTokenRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const params = authserverTokenRequest(await readAnyParams(ctx))
    ctx.body = toldTokens(await giveTokens(ctx, { params }, deps), deps)
  }

/** `POST /oauth2/refresh_token`: the token alone speaks for the app, as the notes have it; it is used up and followed by another one. */
export const refreshTokenRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const params = authserverTokenRequest(await readAnyParams(ctx))
    if (params.required('grant_type') !== 'refresh_token')
      throw new OAuthError('unsupported_grant_type', 'grant_type must be refresh_token here')
    ctx.body = toldTokens(await giveTokens(ctx, { params, withoutSecret: true }, deps), deps)
  }

/** In the order of the notes. */
const toldTokens = ({ client, tokens, grant }: Given, { subjectOf }: Pick<AuthDeps, 'subjectOf'>) => ({
  access_token: tokens.access_token,
  refresh_token: tokens.refresh_token,
  openid: grant && subjectOf(client, grant.sub),
  scope: toldScope(tokens.scope),
  expires_in: tokens.expires_in,
})
