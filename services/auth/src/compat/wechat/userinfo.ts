import type { Context, Middleware } from 'koa'
import { verifyAccessToken } from '../../core/access-token.ts'
import { claimsOf, claimsOfScope } from '../../core/claims.ts'
import { requireSingle } from '../../core/params.ts'
import { type Holder, requireHolder } from '../../core/userinfo.ts'
import type { AuthDeps } from '../../deps.ts'
import { readAnyParams } from '../give-tokens.ts'
import { errcodeBody } from './errcodes.ts'
import { WechatError } from './failures.ts'
import { wechatProfile } from './profile.ts'
import { mayReadProfile, requireParams } from './words.ts'

/** `GET|POST /sns/userinfo`: who signed in, as far as they agreed to be known. */
export const userinfoRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const { openid, claims, client, user } = await requirePerson(ctx, deps)
    if (!mayReadProfile(claims.scope)) throw new WechatError('unauthorized')
    const profile = wechatProfile(claimsOf(user, claimsOfScope(claims.scope)))
    ctx.body = { openid, ...profile, unionid: deps.unionOf(client, user.sub) }
  }

/** `GET|POST /sns/auth`: whether an access token still holds. */
export const authRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    await requirePerson(ctx, deps)
    ctx.body = errcodeBody('ok')
  }

/** The holder of the token of a request, when it names the person that the token is about. */
async function requirePerson(ctx: Context, deps: AuthDeps): Promise<Holder & { openid: string }> {
  const params = await readAnyParams(ctx)
  requireSingle(params)
  requireParams(params, { access_token: 'missingAccessToken', openid: 'missingOpenid' })
  const token = params.required('access_token')
  await requireUnexpired(token, deps)
  const holder = await requireHolder(token, deps)
  const openid = deps.subjectOf(holder.client, holder.user.sub)
  if (params.get('openid') !== openid) throw new WechatError('invalidOpenid')
  return { ...holder, openid }
}

/** A token that was ours is told to have expired: the app then knows to refresh it. */
async function requireUnexpired(token: string, deps: AuthDeps): Promise<void> {
  const claims = await verifyAccessToken(token, { ...deps, clock: { now: () => 0 } })
  if (claims && claims.exp * 1000 <= deps.clock.now()) throw new WechatError('expiredAccessToken')
}
