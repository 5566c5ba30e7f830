import type { Context } from 'koa'
import type { Caller } from '../core/grants/grant-handler.ts'

/** Who sends this request. */
export const callerOf = ({ state, req: { socket } }: Context): Caller => ({
  address: state['address'],
  hasLeft: () => socket.destroyed,
})
