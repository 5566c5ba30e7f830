import type { Middleware } from 'koa'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { TokenState } from '../tokens/require-token.ts'
import { Problem } from './problem.ts'

/**
 * So many requests in a minute for each caller, a person by one app; 0: any number. It guards this process against a flood and nothing else, so each
 * process counts for itself. @throws Problem too-many-requests, 429 with Retry-After (RFC 6585 section 4).
 */
export function requestLimit(perMinute: number): Middleware<TokenState> {
  if (perMinute === 0) return (_ctx, next) => next()
  const counted = new RateLimiterMemory({ points: perMinute, duration: 60 })
  return async (ctx, next) => {
    const { client_id, sub } = ctx.state.token
    await counted.consume(`${client_id} ${sub}`).catch(refuse)
    return next()
  }
}

function refuse(reason: unknown): never {
  if (!(reason instanceof RateLimiterRes)) throw reason
  const seconds = Math.ceil(reason.msBeforeNext / 1000)
  throw new Problem('too-many-requests', { detail: 'wait before the next request', headers: { 'retry-after': String(seconds) } })
}
