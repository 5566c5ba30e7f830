import type { Middleware } from 'koa'
import type { AppOptions } from '../options.ts'

type Around = Pick<AppOptions, 'issuer' | 'userApiUrl' | 'projectApiUrl'>

/**
 * Only the app's own files run, and text never becomes markup (Trusted Types). The page that holds tokens speaks to the login and its APIs; the one with
 * a back end speaks to that alone. The one form leads to signing out, and from there back.
 */
export function securityHeaders({ issuer, userApiUrl, projectApiUrl }: Around): Middleware {
  const [login, ...apis] = [issuer, userApiUrl, projectApiUrl].map((address) => new URL(address).origin)
  const policies = {
    page: policyFor({ connect: `'self' ${[...new Set([login, ...apis])].join(' ')}`, form: `'self' ${login}` }),
    backEnd: policyFor({ connect: "'self'", form: `'self' ${login}` }),
  }
  return async (ctx, next) => {
    ctx.set({
      'content-security-policy': ctx.path.startsWith('/bff/') ? policies.backEnd : policies.page,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin', // with no-referrer a browser would send `Origin: null` along with our own form
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    await next()
  }
}

const policyFor = ({ connect, form }: { connect: string; form: string }) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${connect}`,
    `form-action ${form}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
