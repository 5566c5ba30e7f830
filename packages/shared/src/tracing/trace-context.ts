import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

/** A request and all that is done for it, in whatever service. */
export interface Trace {
  /** 32 hex digits. */
  traceId: string
  /** What is done now is part of this span, 16 hex digits; nothing is before the first one. */
  spanId?: string
  /** Whether that span is told. */
  sampled: boolean
  /** What log lines call the request. */
  requestId: string
}

const current = new AsyncLocalStorage<Trace>()

/** The trace that runs now; none in jobs and commands. */
export const currentTrace = (): Trace | undefined => current.getStore()

/** Runs work, and all that it begins, in this trace. */
export const inTrace = <T>(trace: Trace, work: () => T): T => current.run(trace, work)

export const newTraceId = (): string => randomUUID().replaceAll('-', '')
export const newSpanId = (): string => newTraceId().slice(16)

/** The words of `traceparent`; a version after 00 may have more (W3C Trace Context section 3.2). */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0+-)([\da-f]{32})-(?!0+-)([\da-f]{16})-([\da-f]{2})(-.*)?$/

function parseTraceparent(given: string): { traceId: string; spanId: string; sampled: boolean } | undefined {
  const [, version, traceId, spanId, flags = '', more] = TRACEPARENT.exec(given) ?? []
  if (traceId === undefined || spanId === undefined || (version === '00' && more !== undefined)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** The trace that a `traceparent` goes on, or one of its own; the request has the given name, or that of its trace. */
export function openTrace(traceparent: string | undefined, name?: string): Trace {
  const trace = parseTraceparent(traceparent ?? '') ?? { traceId: newTraceId(), sampled: false }
  return { ...trace, requestId: name ?? trace.traceId }
}

/** What the next service is told, so that it goes on with this trace (W3C Trace Context section 3.2). */
export const traceparentOf = ({ traceId, spanId, sampled }: Trace): string =>
  `00-${traceId}-${spanId ?? newSpanId()}-${sampled ? '01' : '00'}`

/** The headers that say so, and how the request is called, when that is another word. */
export function headersOf(trace: Trace | undefined): Array<[string, string]> {
  if (!trace) return []
  const traceparent: [string, string] = ['traceparent', traceparentOf(trace)]
  return trace.requestId === trace.traceId ? [traceparent] : [traceparent, ['x-request-id', trace.requestId]]
}

/** Runs work in the trace that an event goes on (CloudEvents Distributed Tracing extension). */
export const inTraceOf = <T>({ traceparent }: { traceparent?: string | undefined }, work: () => T): T =>
  inTrace(openTrace(traceparent), work)

/** What every line that is logged meanwhile says: the name of the request, and its trace when that is another word. */
export function namesForLog(): { requestId?: string; traceId?: string } {
  const trace = currentTrace()
  if (!trace) return {}
  const { requestId, traceId } = trace
  return requestId === traceId ? { requestId } : { requestId, traceId }
}
