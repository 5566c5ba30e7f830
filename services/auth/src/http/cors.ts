import type { Middleware } from 'koa'
import type { Stores } from '../core/ports.ts'

/** What a script may send and see beyond what every one may (Fetch Standard section 3.3). */
const preflight = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, traceparent',
  'access-control-max-age': '600',
}
const exposed = 'www-authenticate, retry-after'

/**
 * Lets the scripts of registered apps read the answers: an origin is allowed when one of the redirect URIs of any client has it. Never with
 * credentials, so that no cookie speaks for anybody.
 */
export const corsForApps =
  ({ clients }: Pick<Stores, 'clients'>): Middleware =>
  async (ctx, next) => {
    ctx.vary('Origin')
    const origin = ctx.get('origin')
    const isKnown = origin !== '' && (await clients.origins()).has(origin)
    if (isKnown) ctx.set({ 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed })
    if (ctx.method !== 'OPTIONS') return next()
    if (isKnown) ctx.set(preflight)
    ctx.status = 204
  }

/** The same for what is public: every script may read it. */
export const corsForEverybody: Middleware = (ctx, next) => {
  ctx.set('access-control-allow-origin', '*')
  if (ctx.method !== 'OPTIONS') return next()
  ctx.set(preflight)
  ctx.status = 204
}
