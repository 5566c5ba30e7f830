import type { Log } from '../log.ts'
import { inTrace, type Trace } from './trace-context.ts'

export type Attributes = Readonly<Record<string, string | number>>

/** What a span tells of; never what somebody typed or sent, such as a query or an address that holds one. */
export interface SpanStart {
  name: string
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  attributes?: Attributes
}

export interface SpanEnd {
  /** Its name, where it could not be known before. */
  name?: string
  attributes?: Attributes
  failed?: boolean
}

export interface Span {
  /** What is part of it runs in this trace. */
  trace: Trace
  end(end?: SpanEnd): void
}

/** Tells a collector what was done, in spans (OpenTelemetry). */
export interface Tracing {
  /** Begins a span, as part of the one that runs now. */
  start(span: SpanStart): Span
  /** Tells of what has just ended and took so many seconds; of nothing that is part of no span, as jobs are. */
  took(span: SpanStart, seconds: number): void
  /** Hands over what is left, within a second. */
  close(): Promise<void>
}

export interface TracingOptions {
  /** The base address of a collector (OTLP over HTTP); nothing is told without. */
  endpoint: string | undefined
  /** The share of the traces that are told, 0 to 1. */
  ratio: number
  service: string
  log: Log
}

/** Nothing without an endpoint: the SDK is imported with one only. */
export async function openTracing({ endpoint, ...options }: TracingOptions): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined
  const { openOtlp } = await import('./otlp.ts')
  return openOtlp({ endpoint, ...options })
}

/** Runs work as a span, where spans are told; one whose work rejects has failed. */
export async function inSpan<T>(
  tracing: Tracing | undefined,
  about: SpanStart,
  work: () => Promise<T>,
  endOf: (done: T) => SpanEnd = () => ({}),
): Promise<T> {
  if (!tracing) return work()
  const span = tracing.start(about)
  try {
    const done = await inTrace(span.trace, work)
    span.end(endOf(done))
    return done
  } catch (error) {
    span.end({ failed: true })
    throw error
  }
}
