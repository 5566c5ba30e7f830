import type { Middleware } from 'koa'
import { offeredPrompts } from '../core/authorization-request.ts'
import { metadata } from '../core/metadata.ts'
import type { AuthDeps } from '../deps.ts'
import { locales } from '../locales/index.ts'

/** Both metadata documents (RFC 8414 section 3, OpenID Connect Discovery section 4): one content, two addresses. */
export const metadataEndpoint =
  ({ config, apis }: AuthDeps): Middleware =>
  async (ctx) => {
    ctx.set('cache-control', 'public, max-age=300')
    const { issuer } = config
    ctx.body = metadata({
      issuer,
      apis: await apis.all(),
      ui_locales: Object.keys(locales),
      prompts: offeredPrompts(config),
      compat: config.compat,
      frontchannelLogout: config.frontchannelLogout === 'on',
    })
  }
