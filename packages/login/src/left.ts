import type { Context } from 'koa'
import { dropCookie, giveCookie, readCookie } from './cookies.ts'
import type { LoginDeps } from './deps.ts'

const left = '_left'
const aMonth = 30 * 86_400

/**
 * Remembers that somebody signed out here while the login did not answer: it still knows them, and would let whoever comes next in under their name. A
 * guest leaves that to the login.
 */
export function markLeft(ctx: Context, deps: LoginDeps): void {
  if (deps.options.signOutEverywhere !== false) giveCookie(ctx, left, '1', deps, aMonth)
}

export const hasLeft = (ctx: Context, deps: LoginDeps): boolean => readCookie(ctx, left, deps) !== undefined

/** Somebody has proved who they are since. */
export function forgetLeft(ctx: Context, deps: LoginDeps): void {
  if (hasLeft(ctx, deps)) dropCookie(ctx, left, deps)
}
