import type { Middleware } from 'koa'

/** No script runs here; a form may lead to the login, as browsers hold redirects to `form-action`, too. */
export function securityHeaders({ issuer }: { issuer: string }): Middleware {
  const headers = {
    'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${new URL(issuer).origin}; base-uri 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin', // with no-referrer a browser would send `Origin: null` along with our own forms
    'cache-control': 'no-store',
  }
  return (ctx, next) => {
    ctx.set(headers)
    return next()
  }
}
