import Router from '@koa/router'
import type { Middleware } from 'koa'
import type { Gauge, Metrics } from './metrics.ts'

/** Something a service leans on. */
export interface ReadyCheck {
  /** Throws when it is not there. */
  check(): Promise<void>
  /** Whether the service is of no use without it: its own database is, a broker or a peer is not. */
  required: boolean
}

export interface HealthOptions {
  ready: Readonly<Record<string, ReadyCheck>>
  /** With them, `/metrics`. */
  metrics?: Metrics
  /** Whether those for operators alone are served elsewhere: then this is `/healthz`. */
  apart?: boolean
  /** How long a check may take, in milliseconds; 2000 when left out. */
  timeout?: number
}

/** `/healthz`: the process answers. `/readyz`: what it leans on is there; 503 only when something required is not. */
export function healthRoutes({ ready, metrics, apart = false, timeout = 2000 }: HealthOptions): Router {
  const router = new Router()
  router.get('/healthz', uncached, (ctx) => {
    ctx.body = { status: 'ok' }
  })
  if (apart) return router
  router.get('/readyz', uncached, async (ctx) => {
    const report = await readiness(ready, timeout)
    ctx.status = report.unavailable ? 503 : 200
    ctx.body = report
  })
  if (metrics) router.get('/metrics', metrics.route)
  return router
}

/** Whether `/readyz` is 200, told in less time than a gauge is waited for. */
export function readyGauge(ready: HealthOptions['ready'], timeout = 1500): Gauge {
  const needed = Object.fromEntries(Object.entries(ready).filter(([, { required }]) => required))
  return {
    name: 'menshen_ready',
    help: 'Whether all that the service is of no use without is there: 1 or 0, and `/readyz` names what is not.',
    read: async () => Number((await missingOf(needed, timeout)).length === 0),
  }
}

const uncached: Middleware = (ctx, next) => {
  ctx.set('cache-control', 'no-store')
  return next()
}

interface Readiness {
  status: 'ok' | 'degraded' | 'unavailable'
  unavailable?: string[]
  degraded?: string[]
}

async function readiness(ready: HealthOptions['ready'], timeout: number): Promise<Readiness> {
  const missing = await missingOf(ready, timeout)
  const unavailable = missing.filter((name) => ready[name]?.required)
  const degraded = missing.filter((name) => !ready[name]?.required)
  const lists = { ...(unavailable.length > 0 && { unavailable }), ...(degraded.length > 0 && { degraded }) }
  if (unavailable.length > 0) return { status: 'unavailable', ...lists }
  return { status: degraded.length > 0 ? 'degraded' : 'ok', ...lists }
}

/** The names of the checks that throw or take too long; all run at once. */
async function missingOf(ready: HealthOptions['ready'], timeout: number): Promise<string[]> {
  const outcomes = await Promise.all(
    Object.entries(ready).map(async ([name, check]) => ((await passes(check, timeout)) ? [] : [name])),
  )
  return outcomes.flat()
}

async function passes(check: ReadyCheck, timeout: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, timeout, new Error('the check took too long'))
  })
  try {
    await Promise.race([check.check(), late])
    return true
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
