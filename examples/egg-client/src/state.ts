import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Failure } from '@menshen/login'
import type { Context } from 'koa'

/** Sent to the one page that reads it, by browsers that come from another site with a link, not with a form. */
const cookie = { name: 'egg_client_state', options: { path: '/auth/redirect', httpOnly: true, sameSite: 'lax' } } as const
const tenMinutes = 600_000

/** Marks this browser as the one that asks, with a value nobody can guess. */
export function giveState(ctx: Context): string {
  const state = randomBytes(16).toString('base64url')
  ctx.cookies.set(cookie.name, state, { ...cookie.options, maxAge: tenMinutes })
  return state
}

/**
 * Takes the mark back: an answer counts once, and only in the browser that asked. Without this a stranger's code would sign people in to the
 * stranger's account (RFC 6749 section 10.12). @throws Failure stale.
 */
export function takeState(ctx: Context): string {
  const given = Buffer.from(ctx.cookies.get(cookie.name) ?? '')
  const came = Buffer.from(String(ctx.query['state'] ?? ''))
  ctx.cookies.set(cookie.name, null, cookie.options)
  if (given.length === 0 || given.length !== came.length || !timingSafeEqual(given, came)) throw new Failure('stale')
  return came.toString()
}
