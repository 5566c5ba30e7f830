import type { Middleware } from 'koa'

/**
 * The headers of every answer. There is no `form-action`: Chromium applies it to every hop of the way back to the app, and would block the redirect
 * that follows a sign-in.
 */
export const securityHeaders: Middleware = (ctx, next) => {
  ctx.set({
    'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin-allow-popups',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'cache-control': 'no-store',
  })
  return next()
}
