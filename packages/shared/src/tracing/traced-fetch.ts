import { currentTrace, headersOf } from './trace-context.ts'
import { inSpan, type Tracing } from './tracing.ts'

/** `fetch` that tells the other service whose request it serves, and tells of itself as a span. Its address is left out: a query may say too much. */
export const createTracedFetch =
  (tracing: Tracing | undefined): typeof globalThis.fetch =>
  (input, init) => {
    const given = input instanceof Request ? input : { url: input, method: 'GET', headers: {} }
    const method = init?.method ?? given.method
    const { hostname } = new URL(given.url)
    const attributes = { 'http.request.method': method, 'server.address': hostname }
    const send = () => {
      const headers = new Headers(init?.headers ?? given.headers)
      for (const [name, value] of headersOf(currentTrace())) headers.set(name, value)
      return globalThis.fetch(input, { ...init, headers })
    }
    return inSpan(tracing, { name: method, kind: 'client', attributes }, send, ({ status }) => ({
      attributes: { 'http.response.status_code': status },
    }))
  }
