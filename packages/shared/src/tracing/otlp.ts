import { randomUUID } from 'node:crypto'
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Log } from '../log.ts'
import { currentTrace, newSpanId, newTraceId } from './trace-context.ts'
import type { SpanStart, Tracing, TracingOptions } from './tracing.ts'

/** How long the collector has at the end, in milliseconds. */
const GOODBYE_MS = 1000

/**
 * Spans by OpenTelemetry's SDK, told over OTLP in JSON. Which traces are told follows from their ids alone, so all services tell the same ones, whatever
 * the flags of a `traceparent` say. Headers, time-outs and more are read by the SDK itself (`OTEL_EXPORTER_OTLP_HEADERS` …).
 */
export function openOtlp({ endpoint, ratio, service, log }: TracingOptions & { endpoint: string }): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })
  const own = { 'service.name': `menshen-${service}`, 'service.namespace': 'menshen', 'service.instance.id': randomUUID() }
  const provider = new TracerProvider({
    resource: resourceFromAttributes(own).merge(detectResources({ detectors: [envDetector] })),
    sampler: new TraceIdRatioBasedSampler(ratio),
    idGenerator: { generateTraceId: () => currentTrace()?.traceId ?? newTraceId(), generateSpanId: newSpanId },
    spanProcessors: [new BatchSpanProcessor({ exporter: telling(exporter, log) })],
  })
  const tracer = provider.getTracer('menshen')
  const begin = ({ name, kind, attributes = {} }: SpanStart, startTime: number) =>
    tracer.startSpan(name, { kind: kinds[kind], attributes, startTime }, parentContext())

  return {
    start(about) {
      const span = begin(about, Date.now())
      const { traceId, spanId, traceFlags } = span.spanContext()
      const sampled = (traceFlags & TraceFlags.SAMPLED) !== 0
      return {
        trace: { requestId: traceId, ...currentTrace(), traceId, spanId, sampled },
        end({ name, attributes = {}, failed = false } = {}) {
          if (name !== undefined) span.updateName(name)
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
          span.setAttributes(attributes).end()
        },
      }
    },
    took(about, seconds) {
      if (currentTrace()?.spanId === undefined) return
      const now = Date.now()
      begin(about, now - seconds * 1000).end(now)
    },
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())
      await Promise.race([provider.shutdown().catch(() => {}), late]) // what fails is in the log
    },
  }
}

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const satisfies Record<SpanStart['kind'], SpanKind>

/** The span that runs now, as the SDK knows it. */
function parentContext(): Context {
  const { traceId, spanId, sampled } = currentTrace() ?? {}
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE })
}

/** Without what the collector answered, which may be anything. */
const reasonOf = ({ message, code }: Error & { code?: unknown } = new Error()) => ({ reason: message, status: code })

/** The exporter, with a line in the log when it can't hand spans over, and when it can again. */
function telling(exporter: SpanExporter, log: Log): SpanExporter {
  let failing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined
        if (failed && !failing) log.warn(reasonOf(result.error), 'traces can not be handed over: OTEL_EXPORTER_OTLP_ENDPOINT')
        if (!failed && failing) log.info('traces are handed over again')
        failing = failed
        done(result)
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}
