import koaCors from '@koa/cors'
import type { Middleware } from 'koa'

/** Lets the scripts of these origins read the answers (Fetch standard), never with credentials of the browser. */
export function cors(origins: readonly string[]): Middleware {
  return koaCors({
    origin: (ctx) => origins.find((origin) => origin === ctx.get('origin')) ?? '',
    allowMethods: 'GET, HEAD, POST, PUT, PATCH, DELETE',
    allowHeaders: 'authorization, content-type, if-match, if-none-match, idempotency-key, traceparent, x-request-id',
    exposeHeaders: 'ETag, Link, Location, Retry-After, WWW-Authenticate, X-Request-Id',
    maxAge: 600,
  })
}
