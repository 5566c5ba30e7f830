import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context } from 'koa'

/** Sent to the pages under /test alone, by browsers that come from another site with a link, not with a form. */
const cookie = { name: 'third_party_site_test', options: { path: '/test', httpOnly: true, sameSite: 'lax' } } as const
const tenMinutes = 600_000

/** Whether an answer came to the browser that asked: `unasked` when neither it nor the browser has a state, as nobody began here. */
export type StateVerdict = 'ours' | 'unasked' | 'foreign'

/** Marks this browser as the one that asks, with a value nobody can guess. */
export function giveState(ctx: Context): string {
  const state = randomBytes(16).toString('base64url')
  ctx.cookies.set(cookie.name, state, { ...cookie.options, maxAge: tenMinutes })
  return state
}

/** Takes the mark back and compares it with what came: an answer counts once, in the browser that asked (RFC 6749 section 10.12). */
export function takeState(ctx: Context): StateVerdict {
  const given = Buffer.from(ctx.cookies.get(cookie.name) ?? '')
  const came = Buffer.from(String(ctx.query['state'] ?? ''))
  ctx.cookies.set(cookie.name, null, cookie.options)
  if (given.length === 0 && came.length === 0) return 'unasked'
  return given.length === came.length && timingSafeEqual(given, came) ? 'ours' : 'foreign'
}
