import type { Middleware } from 'koa'
import type { RateLimiterMemory } from 'rate-limiter-flexible'
import type { TokenState } from '../tokens/require-token.ts'
import { Problem } from './problem.ts'

/**
 * So many requests in a minute for each caller, a person by one app; 0: any number. It guards this process against a flood and nothing else, so each
 * process counts for itself; `refused` is told whose request is one too many. @throws Problem too-many-requests, 429 with Retry-After (RFC 6585 section 4).
 */
export function requestLimit(perMinute: number, refused: (client_id: string) => void): Middleware<TokenState> {
  if (perMinute === 0) return (_ctx, next) => next()
  let counted: Promise<RateLimiterMemory> | undefined
  return async (ctx, next) => {
    const { client_id, sub } = ctx.state.token
    counted ??= openLimiter(perMinute) // one for all, also for those who come while it is loaded
    await (await counted).consume(`${client_id} ${sub}`).catch((reason) => refuse(reason, () => refused(client_id)))
    return next()
  }
}

/** The library is loaded with the first request: a service need not wait for it before it listens. */
async function openLimiter(points: number): Promise<RateLimiterMemory> {
  const { RateLimiterMemory } = await import('rate-limiter-flexible')
  return new RateLimiterMemory({ points, duration: 60 })
}

function refuse(reason: unknown, refused: () => void): never {
  if (reason instanceof Error) throw reason
  refused()
  const { msBeforeNext } = reason as { msBeforeNext: number }
  const seconds = Math.ceil(msBeforeNext / 1000)
  throw new Problem('too-many-requests', { detail: 'wait before the next request', headers: { 'retry-after': String(seconds) } })
}
