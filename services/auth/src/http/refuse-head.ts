import type { Middleware } from 'koa'

/** A GET here may end in a code, so no HEAD stands in for it: whoever only looks must change nothing (RFC 9110 section 9.2.1). */
export const refuseHead: Middleware = (ctx) => {
  ctx.status = 405
  ctx.set('allow', 'GET, POST')
}
