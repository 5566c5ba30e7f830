import { authorizeEndpoint } from '../../endpoints/authorize.ts'
import { refuseHead } from '../../http/refuse-head.ts'
import type { Mount } from '../index.ts'
import { speaking } from '../speaking.ts'
import { translate } from '../translate.ts'
import { wechatRequest } from './words.ts'

/** WeChat login for websites, as open.weixin.qq.com and api.weixin.qq.com speak it. */
export const mountWechat: Mount = (router, deps) => {
  const spoken = speaking('wechat', deps)
  const authorize = authorizeEndpoint(deps, (params) => translate(params, wechatRequest))
  const authorizePaths = ['/connect/qrconnect', '/connect/oauth2/authorize']
  router.head(authorizePaths, refuseHead)
  router.get(authorizePaths, spoken, authorize)
}
