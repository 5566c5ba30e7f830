import type { Log } from '@menshen/shared/log'
import type { Middleware } from 'koa'
import type { Dialect } from '../core/types.ts'

/**
 * Marks what is asked in a dialect: nothing that carries a secret or a token in its address is kept or referred to, and the log tells that a weaker way was
 * used. Its addresses are logged without their query, as all are.
 */
export const speaking =
  (dialect: Dialect, { log }: { log: Log }): Middleware =>
  (ctx, next) => {
    ctx.set({ 'cache-control': 'no-store', pragma: 'no-cache', 'referrer-policy': 'no-referrer' })
    log.info({ dialect, path: ctx.path }, 'asked in a dialect')
    return next()
  }
