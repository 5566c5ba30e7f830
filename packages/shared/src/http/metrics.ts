import type { Context, Middleware } from 'koa'

/** Something that is counted, by the values of its labels. */
export interface Counted {
  name: string
  help: string
  labels: readonly string[]
  /** What is told from the start on, as 0: Prometheus does not see the first of what begins with it. */
  known?: readonly Labels[]
}

/** Something that takes time, by the values of its labels. */
export interface Timed extends Counted {
  /** The limits of its buckets, in seconds, the smallest first. */
  buckets: readonly number[]
}

/** Something that is looked up each time the metrics are read. */
export interface Gauge {
  name: string
  help: string
  /** When it rejects or takes too long the value is left out, and the rest is told. */
  read(): number | Promise<number>
}

/** What a service tells of itself. */
export interface Declared {
  counted?: readonly Counted[]
  timed?: readonly Timed[]
  /** Asked for when the metrics are read first: what they look at may come later than what is counted. */
  gauges?: () => readonly Gauge[]
}

/** How long calls of the database take. */
export const storeTimes: Timed = {
  name: 'menshen_store_seconds',
  help: 'How long calls of the database took, by collection and operation.',
  labels: ['collection', 'operation'],
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
}

/** Who was told to wait, in place of an answer. */
export const throttled: Counted = {
  name: 'menshen_throttled_total',
  help: 'Requests that were answered 429, by the limit that they met.',
  labels: ['limit'],
}

type Labels = Readonly<Record<string, string>>

export interface Metrics {
  /** Counts one more; never waits. */
  count(name: string, labels: Labels): void
  /** Notes how long something took, in seconds; never waits. */
  observe(name: string, labels: Labels, seconds: number): void
  /** `GET /metrics`, as Prometheus reads it. */
  route: Middleware
}

/** Times of one set of labels. */
interface Times {
  /** How many fell into each bucket, and not into one before it; the last is for what took longer. */
  counts: number[]
  sum: number
}

const timesOf = (buckets: readonly number[]): Times => ({ counts: Array(buckets.length + 1).fill(0), sum: 0 })

/**
 * The metrics of a service, and those of its process. prom-client is loaded when they are first asked for, so that no start waits for it; until then and after
 * it is numbers in memory.
 */
export function createMetrics({ counted = [], timed = [], gauges = () => [] }: Declared): Metrics {
  const counts = new Map<string, Map<string, number>>(
    counted.map(({ name, known = [] }) => [name, new Map(known.map((labels) => [JSON.stringify(labels), 0]))]),
  )
  const times = new Map<string, Map<string, Times>>(
    timed.map(({ name, buckets, known = [] }) => [
      name,
      new Map(known.map((labels) => [JSON.stringify(labels), timesOf(buckets)])),
    ]),
  )
  const bucketsOf = new Map(timed.map(({ name, buckets }) => [name, buckets]))
  let registry: ReturnType<typeof openRegistry> | undefined
  return {
    count(name, labels) {
      const key = JSON.stringify(labels)
      const of = counts.get(name)
      of?.set(key, (of.get(key) ?? 0) + 1)
    },
    observe(name, labels, seconds) {
      const [of, buckets] = [times.get(name), bucketsOf.get(name)]
      if (!of || !buckets) return
      const key = JSON.stringify(labels)
      const known = of.get(key) ?? timesOf(buckets)
      const place = buckets.findIndex((limit) => seconds <= limit)
      const bucket = place === -1 ? buckets.length : place
      known.counts[bucket] = (known.counts[bucket] ?? 0) + 1
      known.sum += seconds
      of.set(key, known)
    },
    async route(ctx: Context) {
      registry ??= openRegistry({ counted, counts, timed, times, gauges })
      const { contentType, metrics } = await registry
      ctx.set({ 'content-type': contentType, 'cache-control': 'no-store' })
      ctx.body = await metrics()
    },
  }
}

interface Registered extends Required<Declared> {
  counts: ReadonlyMap<string, ReadonlyMap<string, number>>
  times: ReadonlyMap<string, ReadonlyMap<string, Times>>
}

/** Counters, histograms and gauges that take their values from ours each time they are read. */
async function openRegistry({ counted, counts, timed, times, gauges }: Registered) {
  const { collectDefaultMetrics, Counter, Gauge, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
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
  for (const each of timed) registry.registerMetric(histogramOf(each, times.get(each.name) ?? new Map()) as never)
  for (const { name, help, read } of gauges()) {
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

/** A histogram in the shape in which prom-client reads its own: one of its own can be told nothing but each time anew. */
function histogramOf({ name, help, buckets }: Timed, times: ReadonlyMap<string, Times>) {
  const valuesOf = ([key, { counts, sum }]: [string, Times]) => {
    const labels = JSON.parse(key)
    let below = 0
    const upTo = [...buckets, '+Inf'].map((le, i) => {
      below += counts[i] ?? 0
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below }
    })
    return [...upTo, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: below }]
  }
  return {
    name,
    help,
    get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: [...times].flatMap(valuesOf) }),
  }
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
