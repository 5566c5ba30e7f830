import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The public address of a service: each request goes to the next of its processes, and is counted. */
export interface Front {
  url: string
  /** How many requests came for this path. */
  count(path: string): number
  close(): Promise<void>
}

/** Serves a front; with no process that listens the answer is 502. */
export async function startFront(addresses: () => readonly string[]): Promise<Front> {
  const counts = new Map<string, number>()
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? '').split('?')[0] ?? ''
    counts.set(path, (counts.get(path) ?? 0) + 1)
    const all = addresses()
    const onward = (triesLeft: number) => {
      const target = new URL(incoming.url ?? '/', all[turn++ % all.length] ?? 'http://127.0.0.1:9')
      const sending = request(target, { method: incoming.method, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      sending.on('error', () => {
        if (triesLeft > 0 && incoming.method === 'GET') return onward(triesLeft - 1)
        if (!outgoing.headersSent) outgoing.writeHead(502)
        outgoing.end()
      })
      incoming.pipe(sending)
    }
    onward(all.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    count: (path) => counts.get(path) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
