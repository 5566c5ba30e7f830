import type { Middleware } from 'koa'

/** The site runs no script, loads only its own style and icon, and stands in no frame. */
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

export const securityHeaders: Middleware = async (ctx, next) => {
  ctx.set({
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin', // with no-referrer a browser would send `Origin: null` along with our own forms
    'cache-control': 'no-store',
  })
  await next()
}
