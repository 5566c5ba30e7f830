import { connect } from 'node:http2'
import { Agent, request } from 'node:https'
import { text } from 'node:stream/consumers'

/** Asks any host by https on 127.0.0.1, trusting one authority alone; connections are kept, as those of browsers are. */
export function siteAt(port: number, authority: string) {
  const agent = new Agent({ keepAlive: true, ca: authority })
  return (address: string, { method = 'GET', headers = {}, body = '' }: RequestInit = {}): Promise<Response> => {
    const { hostname, pathname, search, host } = new URL(address)
    const form = body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
    const sent = { host, ...form, ...Object.fromEntries(new Headers(headers)) }
    const place = { agent, host: '127.0.0.1', port, servername: hostname, path: `${pathname}${search}` }
    return new Promise((resolve, reject) => {
      const asking = request({ ...place, method, headers: sent, timeout: 20_000 }, async (answer) => {
        const given = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
          values.map((value) => [name, value]),
        )
        resolve(new Response(await text(answer), { status: answer.statusCode ?? 0, headers: given as [string, string][] }))
      })
      asking.on('timeout', () => asking.destroy(new Error('no answer in 20 seconds')))
      asking.on('error', reject)
      asking.end(String(body))
    })
  }
}

/** Begins to send a body of 3 MB to an address on 127.0.0.1, and is gone after 60 ms. */
export function cutUpload(port: number, address: string): Promise<void> {
  const { hostname, pathname, host } = new URL(address)
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded', 'content-length': 3_000_000 }
  const place = { host: '127.0.0.1', port, servername: hostname, path: pathname, agent: false, rejectUnauthorized: false }
  return new Promise((resolve) => {
    const asking = request({ ...place, method: 'POST', headers, signal: AbortSignal.timeout(60) })
    asking.on('error', () => {})
    asking.on('close', resolve)
    asking.end(Buffer.alloc(3_000_000, 'a'))
  })
}

/** Begins so many bodies over each of so many connections (HTTP/2) to a host on 127.0.0.1, and ends none; gives what lets go of them. */
export function halfUploads(port: number, address: string, { connections, streams }: Record<'connections' | 'streams', number>) {
  const { hostname, host, pathname } = new URL(address)
  const begun = {
    ':method': 'POST',
    ':authority': host,
    ':path': pathname,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': 65_536,
  }
  const all = Array.from({ length: connections }, () => {
    const connection = connect(`https://127.0.0.1:${port}`, { servername: hostname, rejectUnauthorized: false })
    connection.on('error', () => {})
    connection.on('connect', () => {
      for (let i = 0; i < streams; i++) {
        const stream = connection.request(begun, { endStream: false })
        stream.on('error', () => {})
        stream.write(Buffer.alloc(65_000, 'a'))
      }
    })
    return connection
  })
  return () => {
    for (const connection of all) connection.destroy()
  }
}
