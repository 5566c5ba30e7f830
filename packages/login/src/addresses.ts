import type { Context, Middleware } from 'koa'
import type { LoginDeps } from './deps.ts'
import { Failure } from './failure.ts'
import { isLoopback } from './module-options.ts'

/** An address within the module, in full; its home page for any other. */
export function ownAddress(address: string | undefined, { base }: Pick<LoginDeps, 'base'>): string {
  const home = `${base.url}/`
  if (!address || address.length > 2000 || !URL.canParse(address, home)) return home
  const { href } = new URL(address, home)
  return href.startsWith(`${base.origin}/`) ? href : home // a blob: has the origin, too
}

/** Sends the browser on, with GET (RFC 9110 section 15.4.4). */
export function seeOther(ctx: Context, address: string): void {
  ctx.redirect(address)
  ctx.status = 303
}

/** Refuses a form that did not come from this module; every browser sends Origin with a POST (RFC 6454 section 7). */
export function requireOwnForm(ctx: Context, { base }: Pick<LoginDeps, 'base'>): void {
  if (ctx.get('origin') !== base.origin) throw new Failure('foreign')
}

/** Leads who came to this machine by its other name, 127.0.0.1 for localhost, to the one of the module: cookies are kept by name. */
export const ownName =
  ({ base }: Pick<LoginDeps, 'base'>): Middleware =>
  async (ctx, next) => {
    const own = new URL(base.origin)
    const isOther = ctx.hostname !== own.hostname && isLoopback(ctx) && isLoopback(own)
    if (isOther && ctx.method === 'GET' && `${ctx.path}/`.startsWith(`${base.path}/`)) return seeOther(ctx, base.origin + ctx.url)
    await next()
  }
