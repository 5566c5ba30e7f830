import type { Middleware } from 'koa'
import { authorizeEndpoint } from '../../endpoints/authorize.ts'
import { refuseHead } from '../../http/refuse-head.ts'
import type { Mount } from '../index.ts'
import { speaking } from '../speaking.ts'
import { wechatErrors } from './failures.ts'
import { accessTokenRoute, refreshTokenRoute } from './tokens.ts'
import { authRoute, userinfoRoute } from './userinfo.ts'
import { wechatAuthorizationRequest } from './words.ts'

/** WeChat login, as open.weixin.qq.com and api.weixin.qq.com speak it. */
export const mountWechat: Mount = (router, deps) => {
  const spoken = speaking('wechat', deps)
  const authorize = authorizeEndpoint(deps, wechatAuthorizationRequest)
  for (const path of ['/connect/qrconnect', '/connect/oauth2/authorize']) {
    router.head(path, refuseHead)
    router.get(path, spoken, authorize)
  }

  const errors = wechatErrors(deps)
  const sns = (path: string, route: Middleware) => {
    router.head(path, refuseHead)
    router.get(path, spoken, errors, route)
    router.post(path, spoken, errors, route)
  }
  sns('/sns/oauth2/access_token', accessTokenRoute(deps))
  sns('/sns/oauth2/refresh_token', refreshTokenRoute(deps))
  sns('/sns/userinfo', userinfoRoute(deps))
  sns('/sns/auth', authRoute(deps))
}
