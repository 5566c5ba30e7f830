import type { ServerResponse } from 'node:http'
import type { Context, Middleware } from 'koa'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { inTrace, namesForLog } from '../tracing/trace-context.ts'
import type { SpanEnd, Tracing } from '../tracing/tracing.ts'
import type { Metrics, Timed } from './metrics.ts'

export interface AccessLogOptions {
  log: Log
  clock: Clock
  metrics?: Pick<Metrics, 'observe'>
  tracing?: Tracing | undefined
}

/** How long requests take, by route: what nobody asks for by its path is one. */
export const requestTimes: Timed = {
  name: 'menshen_http_request_seconds',
  help: 'How long requests took, by method, route and status; those of machines that look after the service are left out.',
  labels: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
}

/**
 * Logs each request in one line, and tells of it as a span, once its answer or its caller has left: an error when it failed here, for debugging what machines ask all the time.
 * Never the query or a body, as codes and tokens travel in them (RFC 6819 section 4.4.1.1).
 */
export const accessLog =
  ({ log, clock, metrics, tracing }: AccessLogOptions): Middleware =>
  (ctx, next) => {
    const began = performance.now()
    const start = clock.now()
    const { method, path } = ctx
    const names = namesForLog()
    const asked = known.has(method) ? method : 'other'
    const span = QUIET.has(path) ? undefined : tracing?.start({ name: asked, kind: 'server' })
    ctx.res.once('close', () => {
      const status = statusOf(ctx.res)
      const route = matchedRoute(ctx)
      const ms = clock.now() - start
      const address = ctx.state.address ?? ctx.ip
      log[levelOf(status, path)]({ ...names, method, path, route, status, ms, address }, 'request')
      if (metrics && !QUIET.has(path)) {
        const labels = { method: asked, route: route ?? 'none', status: String(status) }
        metrics.observe(requestTimes.name, labels, (performance.now() - began) / 1000)
      }
      span?.end(spanEnd(asked, route, status))
    })
    return span ? inTrace(span.trace, next) : next()
  }

/** By OpenTelemetry's names for HTTP; the path is left out, as the route says it without what people are called. */
const spanEnd = (method: string, route: string | undefined, status: number): SpanEnd => ({
  name: route ? `${method} ${route}` : method,
  attributes: { 'http.request.method': method, 'http.response.status_code': status, ...(route && { 'http.route': route }) },
  failed: status >= 500,
})

/** 499, the number nginx made common, when the caller left before the answer was complete. */
const statusOf = (res: ServerResponse): number => (res.writableFinished ? res.statusCode : 499)

/** Anybody can send a method of any name. */
const known = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Asked again and again by machines. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics', '/oauth2/revocations'])

/** 501 is no failure of ours: anybody can send a method that nobody knows. */
function levelOf(status: number, path: string): 'debug' | 'info' | 'error' {
  if (status >= 500 && status !== 501) return 'error'
  return QUIET.has(path) ? 'debug' : 'info'
}

/** The pattern of the route that answered, which @koa/router leaves on the context. */
function matchedRoute(ctx: Context): string | undefined {
  const route: unknown = ctx['_matchedRoute']
  return route instanceof RegExp ? route.source : typeof route === 'string' ? route : undefined
}
