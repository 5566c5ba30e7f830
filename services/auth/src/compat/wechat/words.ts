import type { Params } from '../../core/params.ts'
import { includesScope, scopesOf } from '../../core/scope.ts'
import { coreScope, own, translate } from '../translate.ts'
import type { Fault } from './errcodes.ts'
import { WechatError } from './failures.ts'

/** What the scopes of WeChat ask of the core. */
export const wechatScopes = { snsapi_base: 'openid', snsapi_login: 'openid profile', snsapi_userinfo: 'openid profile' }

/** The languages that WeChat's page can be asked for. */
const languages: Readonly<Record<string, string>> = { cn: 'zh-CN', zh_CN: 'zh-CN', en: 'en' }

/** The only other words that are read: with PKCE, this login is none the weaker. */
const pkce = ['code_challenge', 'code_challenge_method', 'code_verifier']

/** An authorization request; what else came, WeChat would not read either. */
export const wechatAuthorizationRequest = (params: Params): Params =>
  translate(params.only(['appid', 'redirect_uri', 'response_type', 'scope', 'state', 'lang', ...pkce]), {
    names: { appid: 'client_id', lang: 'ui_locales' },
    values: { scope: coreScope(wechatScopes), ui_locales: (lang) => own(languages, lang) ?? lang },
  })

/** A token request; some libraries send `client_id` and `client_secret` as well, which say nothing here. */
export const wechatTokenRequest = (params: Params): Params =>
  translate(params.only(['appid', 'secret', 'grant_type', 'code', 'redirect_uri', 'refresh_token', ...pkce]), {
    names: { appid: 'client_id', secret: 'client_secret' },
  })

/** `code` and `state`, and `state` alone to an app that the person refused. */
export const wechatAnswer = ({ code, state }: Record<string, string>): Record<string, string> => ({
  ...(code !== undefined && { code }),
  ...(state !== undefined && { state }),
})

/** A granted scope as WeChat tells it to websites, whichever of the two words for it was asked; names of our own stand behind. */
export function toldScope(granted: string): string {
  const own = scopesOf(granted).filter((name) => name !== 'openid' && name !== 'profile')
  return [mayReadProfile(granted) ? 'snsapi_login' : 'snsapi_base', ...own].join(',')
}

/** Whether more than the openid may be told. */
export const mayReadProfile = (granted: string): boolean => includesScope(granted, 'profile')

/** @throws WechatError when one is missing: the first of them, by its own number. */
export function requireParams(params: Params, required: Readonly<Record<string, Fault>>): void {
  for (const [name, missing] of Object.entries(required)) {
    if (params.get(name) === undefined) throw new WechatError(missing)
  }
}
