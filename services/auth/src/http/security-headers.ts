import type { Middleware } from 'koa'

const headers = {
  'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin-allow-popups',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
}
const hsts = { 'strict-transport-security': 'max-age=31536000' }

/**
 * The headers of every answer. There is no `form-action`: Chromium applies it to every hop of the way back to the app, and would block the redirect
 * that follows a sign-in.
 */
export function securityHeaders({ config }: { config: { issuer: string } }): Middleware {
  const all = config.issuer.startsWith('https:') ? { ...headers, ...hsts } : headers
  return (ctx, next) => {
    ctx.set(all)
    return next()
  }
}
