import type { Context, Middleware } from 'koa'

/** Something that is counted, by the values of its labels. */
export interface Counted {
  name: string
  help: string
  labels: readonly string[]
}

/** Something that is looked up each time the metrics are read. */
export interface Gauge {
  name: string
  help: string
  /** When it rejects or takes too long the value is left out, and the rest is told. */
  read(): number | Promise<number>
}

export interface Metrics {
  /** Counts one more; never waits. */
  count(name: string, labels: Readonly<Record<string, string>>): void
  /** `GET /metrics`, as Prometheus reads it. */
  route: Middleware
}

/** The metrics of a service; prom-client is loaded when they are first asked for, so that no start waits for it. */
export function createMetrics(counted: readonly Counted[], gauges: readonly Gauge[] = []): Metrics {
  const counts = new Map<string, Map<string, number>>(counted.map(({ name }) => [name, new Map()]))
  let registry: ReturnType<typeof openRegistry> | undefined
  return {
    count(name, labels) {
      const key = JSON.stringify(labels)
      const of = counts.get(name)
      of?.set(key, (of.get(key) ?? 0) + 1)
    },
    async route(ctx: Context) {
      registry ??= openRegistry({ counted, counts, gauges })
      const { contentType, metrics } = await registry
      ctx.set({ 'content-type': contentType, 'cache-control': 'no-store' })
      ctx.body = await metrics()
    },
  }
}

interface Registered {
  counted: readonly Counted[]
  counts: ReadonlyMap<string, ReadonlyMap<string, number>>
  gauges: readonly Gauge[]
}

/** Counters and gauges that take their values from ours each time they are read. */
async function openRegistry({ counted, counts, gauges }: Registered) {
  const { Counter, Gauge, Registry } = await import('prom-client')
  const registry = new Registry()
  for (const { name, help, labels } of counted) {
    new Counter({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        this.reset()
        for (const [key, count] of counts.get(name) ?? []) this.inc(JSON.parse(key), count)
      },
    })
  }
  for (const { name, help, read } of gauges) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const value = await withinPatience(read)
        this.reset()
        if (value === undefined) this.remove()
        else this.set(value)
      },
    })
  }
  return { contentType: registry.contentType, metrics: () => registry.metrics() }
}

/** What a look-up may take, in milliseconds. */
const PATIENCE_MS = 2000

/** Nothing when it rejects or takes too long. */
async function withinPatience(read: Gauge['read']): Promise<number | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined)
  })
  try {
    return await Promise.race([read(), late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
