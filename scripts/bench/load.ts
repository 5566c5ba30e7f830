import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'

/** Connections to one server of this machine, kept alive. */
export interface Connections {
  send(sending: Sending): Promise<Answer>
  close(): void
}

export interface Sending {
  method: 'GET' | 'POST'
  url: string
  headers?: OutgoingHttpHeaders
  body?: string
  /** The status that a good answer has; 200 when left out. */
  expect?: number
}

export interface Answer {
  headers: IncomingMessage['headers']
  body: string
}

/** Opens them; an answer with another status than the one expected throws, so that no measurement counts failures. */
export function openConnections(parallel: number): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel })
  return {
    close: () => agent.destroy(),
    send: ({ method, url, headers = {}, body = '', expect = 200 }) =>
      new Promise((resolve, reject) => {
        const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
        const sending = request(url, { agent, method, headers: { ...headers, ...length } }, (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            text += chunk
          })
          response.on('end', () => {
            if (response.statusCode === expect) resolve({ headers: response.headers, body: text })
            else reject(new Error(`${method} ${url} answered ${response.statusCode}: ${text.slice(0, 200)}`))
          })
        })
        sending.on('error', reject)
        sending.end(body)
      }),
  }
}

/** Does `work` a bounded number of times, so many at once; each worker does one after the other. */
export async function repeat(times: number, parallel: number, work: (worker: number) => Promise<void>): Promise<void> {
  let left = times
  async function one(worker: number): Promise<void> {
    while (left-- > 0) await work(worker)
  }
  await Promise.all(Array.from({ length: parallel }, (_, worker) => one(worker)))
}
