import type { Middleware } from 'koa'

/** No script runs, only our own style and icon are loaded, no page stands in a frame, and no address with a code in it is told to anybody. */
export const securityHeaders: Middleware = async (ctx, next) => {
  ctx.set({
    'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  await next()
}
