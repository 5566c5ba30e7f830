import { coreScope, type Words } from '../translate.ts'

/** What the scopes of WeChat ask of the core. */
export const wechatScopes = { snsapi_base: 'openid', snsapi_login: 'openid profile', snsapi_userinfo: 'openid profile' }

/** Parameters and scopes of WeChat's login in the core's words. */
export const wechatRequest: Words = {
  names: { appid: 'client_id', secret: 'client_secret' },
  values: { scope: coreScope(wechatScopes) },
}

/** WeChat sends `code` and `state`, and `state` alone to an app that the person refused. */
export const wechatAnswer = ({ code, state }: Record<string, string>): Record<string, string> => ({
  ...(code !== undefined && { code }),
  ...(state !== undefined && { state }),
})
