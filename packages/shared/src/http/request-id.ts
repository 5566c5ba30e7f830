import type { Middleware } from 'koa'
import { inTrace, openTrace } from '../tracing/trace-context.ts'

/** What `requestId` leaves in `ctx.state`. */
export interface RequestState {
  requestId: string
}

const ACCEPTABLE = /^[\w.-]{1,64}$/

/**
 * Names each request for all logs, and answers with the name: the caller's `x-request-id` if that is a harmless word, else the id of its trace, which goes on
 * from the caller's `traceparent` (W3C Trace Context).
 */
export const requestId: Middleware<RequestState> = (ctx, next) => {
  const given = ctx.get('x-request-id')
  const trace = openTrace(ctx.get('traceparent'), ACCEPTABLE.test(given) ? given : undefined)
  ctx.state.requestId = trace.requestId
  ctx.set('x-request-id', trace.requestId)
  return inTrace(trace, next)
}
