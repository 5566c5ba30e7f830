import { expect, test } from '@jest/globals'
import { createLog } from '../log.ts'
import { currentTrace, headersOf, inTrace, inTraceOf, openTrace, traceparentOf } from './trace-context.ts'

const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']

test('a traceparent is gone on with, and told to the next service (W3C Trace Context section 3.2)', () => {
  const trace = openTrace(`00-${traceId}-${spanId}-01`)
  expect(trace).toEqual({ traceId, spanId, sampled: true, requestId: traceId })
  expect(traceparentOf(trace)).toBe(`00-${traceId}-${spanId}-01`)
  expect(openTrace(`cc-${traceId}-${spanId}-02-what.comes.later`)).toMatchObject({ traceId, spanId, sampled: false })
})

test.each([
  '',
  'nonsense',
  `00-${traceId}-${spanId}-01-more`,
  `ff-${traceId}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
])('a traceparent that is none begins a trace of its own: %j', (given) => {
  const trace = openTrace(given)
  expect(trace).toEqual({ traceId: expect.stringMatching(/^[\da-f]{32}$/), sampled: false, requestId: trace.traceId })
  expect(trace.traceId).not.toBe(traceId)
  expect(traceparentOf(trace)).toMatch(new RegExp(`^00-${trace.traceId}-[\\da-f]{16}-00$`))
})

test('a request that has a name of its own keeps it in the next service, beside its trace', () => {
  const named = openTrace(`00-${traceId}-${spanId}-01`, 'r1')
  expect(Object.fromEntries(headersOf(named))).toEqual({ traceparent: traceparentOf(named), 'x-request-id': 'r1' })
  expect(headersOf({ ...named, requestId: traceId })).toEqual([['traceparent', traceparentOf(named)]])
  expect(headersOf(undefined)).toEqual([])
})

test('every line names the request that it was logged for, also after waiting, and none that it was not', async () => {
  const lines: string[] = []
  const log = createLog({ service: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } })
  const said = () => lines.splice(0).map((line) => JSON.parse(line))
  await inTrace(openTrace(`00-${traceId}-${spanId}-01`, 'r1'), async () => {
    await new Promise((resolve) => setImmediate(resolve))
    log.info('one')
    log.child({ a: 1 }).info({ b: 2 }, 'two')
  })
  expect(said()).toMatchObject([
    { requestId: 'r1', traceId, msg: 'one' },
    { requestId: 'r1', traceId, a: 1, b: 2, msg: 'two' },
  ])
  await inTraceOf({ traceparent: `00-${traceId}-${spanId}-00` }, async () => log.info('of an event'))
  log.info('of nobody')
  expect(said()).toEqual([
    expect.objectContaining({ requestId: traceId, msg: 'of an event' }),
    expect.not.objectContaining({ requestId: expect.anything() }),
  ])
  expect(currentTrace()).toBeUndefined()
})
