import type { Context } from 'koa'
import type { Caller } from '../core/grants/grant-handler.ts'

/** More than any program needs to say what it is, in characters. */
const longestName = 256

/** Who sends this request. */
export const callerOf = ({ state, req: { socket, headers } }: Context): Caller => ({
  userAgent: headers['user-agent']?.slice(0, longestName) ?? null,
  address: state['address'],
  hasLeft: () => socket.destroyed,
})
