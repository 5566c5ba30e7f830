import type { Middleware } from 'koa'
import { newId } from '../ids.ts'

/** What `requestId` leaves in `ctx.state`. */
export interface RequestState {
  requestId: string
}

const ACCEPTABLE = /^[\w.-]{1,64}$/

/** Names each request, by the caller's `x-request-id` if that is a harmless word, for all logs; answers with the name. */
export const requestId: Middleware<RequestState> = (ctx, next) => {
  const given = ctx.get('x-request-id')
  ctx.state.requestId = ACCEPTABLE.test(given) ? given : newId()
  ctx.set('x-request-id', ctx.state.requestId)
  return next()
}
