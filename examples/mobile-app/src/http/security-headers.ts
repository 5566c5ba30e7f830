import type { Middleware } from 'koa'
import type { AppOptions } from '../options.ts'

/** Only the app's own files run, they speak to Menshen and its APIs only, and text never becomes markup (Trusted Types). */
export function securityHeaders({ issuer, userApiUrl, projectApiUrl, openApiUrl }: AppOptions): Middleware {
  const origins = [issuer, userApiUrl, projectApiUrl, openApiUrl].map((address) => new URL(address).origin)
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${[...new Set(origins)].join(' ')}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  return async (ctx, next) => {
    ctx.set({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    await next()
  }
}
