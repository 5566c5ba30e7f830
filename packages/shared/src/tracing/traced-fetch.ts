import { currentTrace, headersOf } from './trace-context.ts'
import { inSpan, type Tracing } from './tracing.ts'

/** `fetch` that tells the other service whose request it serves, and tells of itself as a span. Its address is left out: a query may say too much. */
export const createTracedFetch =
  (tracing: Tracing | undefined): typeof globalThis.fetch =>
  (input, init) => {
    const { method } = new Request(input, init)
    const { hostname } = new URL(input instanceof Request ? input.url : input)
    const attributes = { 'http.request.method': method, 'server.address': hostname }
    const send = () => {
      const headers = new Headers(init?.headers)
      for (const [name, value] of headersOf(currentTrace())) headers.set(name, value)
      return globalThis.fetch(input, { ...init, headers })
    }
    return inSpan(tracing, { name: method, kind: 'client', attributes }, send, ({ status }) => ({
      attributes: { 'http.response.status_code': status },
    }))
  }
