import type { Context } from 'koa'
import type { LoginDeps } from './deps.ts'

type Where = Pick<LoginDeps, 'options' | 'base'>

/** The cookies of a module, out of reach of scripts, not sent along with the forms of other sites (RFC 6265bis sections 4.1.2.6, 4.1.2.7). */
export function readCookie(ctx: Context, which: string, where: Where): string | undefined {
  const name = `${nameOf(which, where)}=`
  const pairs = ctx.get('cookie').split(/; */) // Koa would keep a pattern of each name for good, and strangers choose names
  return pairs.find((pair) => pair.startsWith(name))?.slice(name.length)
}

/** Gives a cookie for the module's pages; it ends with the browser, or after so many seconds. */
export function giveCookie(ctx: Context, which: string, value: string, { base, ...where }: Where, maxAge?: number): void {
  const name = nameOf(which, { base, ...where })
  const lifetime = maxAge === undefined ? '' : `; Max-Age=${maxAge}`
  const secure = isSecure(base) ? '; Secure' : ''
  ctx.append('set-cookie', `${name}=${value}; Path=${base.path || '/'}${lifetime}; HttpOnly; SameSite=Lax${secure}`)
}

export const dropCookie = (ctx: Context, which: string, where: Where): void => giveCookie(ctx, which, '', where, 0)

/** By https at the root no other host of the domain can set it, nor a page without TLS (RFC 6265bis section 4.1.3). */
const nameOf = (which: string, { options, base }: Where) =>
  `${isSecure(base) && base.path === '' ? '__Host-' : ''}${options.cookie}${which}`

/** Follows the address people use, not the connection: TLS may end before this process. */
const isSecure = ({ origin }: LoginDeps['base']) => origin.startsWith('https:')
