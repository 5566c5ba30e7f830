import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A span as a collector of OpenTelemetry gets it (OTLP in JSON), with the service that tells of it. */
export interface CollectedSpan {
  service: string
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: Record<string, unknown>
  status: { code?: number }
  startTimeUnixNano: string
  endTimeUnixNano: string
}

interface Attribute {
  key: string
  value: { stringValue?: string; intValue?: number; doubleValue?: number }
}
type Told = Omit<CollectedSpan, 'service' | 'attributes'> & { attributes: Attribute[] }
interface Export {
  resourceSpans: Array<{ resource: { attributes: Attribute[] }; scopeSpans: Array<{ spans: Told[] }> }>
}

/** A collector on this machine that keeps what it is told; with a status, it refuses all of it. */
export async function startCollector() {
  const spans: CollectedSpan[] = []
  const bodies: string[] = []
  const answering = { status: 200 }
  const server = createServer(async (request, response) => {
    const body = await text(request)
    bodies.push(`${request.url} ${body}`)
    if (answering.status === 200) spans.push(...spansOf(JSON.parse(body)))
    response
      .writeHead(answering.status, { 'content-type': 'application/json' })
      .end(answering.status === 200 ? '{}' : '{"error":"whatever it says"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    answering,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
}

const spansOf = ({ resourceSpans }: Export): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        service: String(valuesOf(resource.attributes)['service.name']),
        attributes: valuesOf(span.attributes),
      })),
    ),
  )

const valuesOf = (attributes: Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.doubleValue ?? Number(value.intValue)]))
