import type { Middleware } from 'koa'

/** No script runs, nothing but the style and the icon is loaded, no frame; forms may lead to the login, which signing in again and out does. */
export function securityHeaders(issuer: string): Middleware {
  const policy = `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${new URL(issuer).origin}; base-uri 'none'; frame-ancestors 'none'`
  return async (ctx, next) => {
    ctx.set({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin', // with no-referrer a browser would send `Origin: null` along with our own forms
      'cache-control': 'no-store',
    })
    await next()
  }
}
