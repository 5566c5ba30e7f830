import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, expect, test } from '@jest/globals'
import { createLog, silentLog } from '../log.ts'
import { startCollector } from '../testing/collector.ts'
import { inTrace, openTrace } from './trace-context.ts'
import { inSpan, openTracing, type TracingOptions } from './tracing.ts'

const closing: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(options: Partial<TracingOptions> = {}) {
  const collector = await startCollector()
  closing.push(collector.close)
  const tracing = await openTracing({ endpoint: collector.endpoint, ratio: 1, service: 'test', log: silentLog, ...options })
  if (!tracing) throw new Error('nothing was opened')
  closing.push(tracing.close)
  return { collector, tracing }
}

test('a span and what is part of it are one trace, which is that of the request', async () => {
  const { collector, tracing } = await start()
  const trace = openTrace(undefined)
  await inTrace(trace, () =>
    inSpan(tracing, { name: 'outer', kind: 'server' }, async () => {
      tracing.took({ name: 'find grants', kind: 'client', attributes: { 'db.operation.name': 'find' } }, 0.25)
      await inSpan(tracing, { name: 'inner', kind: 'internal' }, async () => {}).catch(() => {})
    }),
  )
  await tracing.close()
  const [took, inner, outer] = collector.spans
  expect(outer).toMatchObject({ service: 'menshen-test', name: 'outer', kind: 2, traceId: trace.traceId })
  expect(outer?.parentSpanId).toBeUndefined()
  expect(inner).toMatchObject({ name: 'inner', kind: 1, traceId: trace.traceId, parentSpanId: outer?.spanId })
  expect(took).toMatchObject({ kind: 3, parentSpanId: outer?.spanId, attributes: { 'db.operation.name': 'find' } })
  expect(BigInt(took?.endTimeUnixNano ?? 0) - BigInt(took?.startTimeUnixNano ?? 0)).toBeGreaterThan(240_000_000n)
})

test("a span goes on from the caller's, and one that rejects has failed", async () => {
  const { collector, tracing } = await start()
  const caller = openTrace('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00')
  const work = () => inSpan(tracing, { name: 'fails', kind: 'server' }, () => Promise.reject(new Error('hunter2')))
  await expect(inTrace(caller, work)).rejects.toThrow('hunter2')
  await tracing.close()
  expect(collector.spans).toMatchObject([{ traceId: caller.traceId, parentSpanId: caller.spanId, status: { code: 2 } }])
  expect(collector.bodies.join()).not.toContain('hunter2')
})

test('what is part of no request, such as what jobs ask of a store, is no trace', async () => {
  const { collector, tracing } = await start()
  tracing.took({ name: 'find leases', kind: 'client' }, 0.001)
  await tracing.close()
  expect(collector.spans).toEqual([])
})

test('of a share of the traces the same ones are told by every service, whatever the caller asks for', async () => {
  const low = openTrace('00-00000000000000000000000000000001-b7ad6b7169203331-00')
  const high = openTrace('00-ffffffff000000000000000000000000-b7ad6b7169203331-01')
  for (const service of ['one', 'other']) {
    const { collector, tracing } = await start({ ratio: 0.5, service })
    for (const trace of [low, high]) await inTrace(trace, () => inSpan(tracing, { name: 'x', kind: 'server' }, async () => {}))
    await tracing.close()
    expect(collector.spans.map(({ traceId }) => traceId)).toEqual([low.traceId])
  }
})

test('a collector that refuses is told of once in the log, and holds up nobody at the end', async () => {
  const lines: string[] = []
  const log = createLog({ service: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } })
  const { collector, tracing } = await start({ log })
  collector.answering.status = 400
  await inSpan(tracing, { name: 'x', kind: 'server' }, async () => {})
  const began = performance.now()
  await tracing.close()
  expect(performance.now() - began).toBeLessThan(3000)
  expect(lines).toEqual([expect.stringContaining('traces can not be handed over')])
  expect(lines.join()).toContain('"status":400')
  expect(lines.join()).not.toContain('whatever it says')
})

test('without an endpoint nothing of the SDK is loaded', async () => {
  const program = `
    import { createRequire } from 'node:module'
    import { openTracing } from '@menshen/shared/tracing/tracing'
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('@opentelemetry/sdk-trace')).length
    await openTracing({ ratio: 1, service: 'test' })
    const without = loaded()
    await openTracing({ endpoint: 'http://127.0.0.1:1', ratio: 1, service: 'test' })
    console.log(without, loaded() > 0)`
  const args = ['--conditions=menshen-source', '--import', 'tsx', '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
  expect(stdout.trim()).toBe('0 true')
})
