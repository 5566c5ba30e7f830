import { Failure } from '@menshen/login'
import type { Middleware } from 'koa'

/** The header that the page's script sends along with each call. */
export const ownScript = 'x-own-script'

/**
 * Lets only calls of the app's own script through: another site's form or image can't send this header, and its script would have to be allowed by CORS
 * first, which this back end never does (OAuth 2.0 for Browser-Based Applications section 6.1.3.3).
 */
export const requireOwnScript: Middleware = async (ctx, next) => {
  if (ctx.get(ownScript) !== '1') throw new Failure('foreign')
  await next()
}
