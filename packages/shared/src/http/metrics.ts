import type { Context, Middleware } from 'koa'

/** Something that is counted, by the values of its labels. */
export interface Counted {
  name: string
  help: string
  labels: readonly string[]
}

export interface Metrics {
  /** Counts one more; never waits. */
  count(name: string, labels: Readonly<Record<string, string>>): void
  /** `GET /metrics`, as Prometheus reads it. */
  route: Middleware
}

/** The metrics of a service; prom-client is loaded when they are first asked for, so that no start waits for it. */
export function createMetrics(counted: readonly Counted[]): Metrics {
  const counts = new Map<string, Map<string, number>>(counted.map(({ name }) => [name, new Map()]))
  let registry: ReturnType<typeof openRegistry> | undefined
  return {
    count(name, labels) {
      const key = JSON.stringify(labels)
      const of = counts.get(name)
      of?.set(key, (of.get(key) ?? 0) + 1)
    },
    async route(ctx: Context) {
      registry ??= openRegistry(counted, counts)
      const { contentType, metrics } = await registry
      ctx.set({ 'content-type': contentType, 'cache-control': 'no-store' })
      ctx.body = await metrics()
    },
  }
}

/** Counters that take their values from ours each time they are read. */
async function openRegistry(counted: readonly Counted[], counts: ReadonlyMap<string, ReadonlyMap<string, number>>) {
  const { Counter, Registry } = await import('prom-client')
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
  return { contentType: registry.contentType, metrics: () => registry.metrics() }
}
