import { Agent, type IncomingMessage, request } from 'node:http'
import { keepSecrets } from '../../support/kept-logs.ts'

/** An answer, read to its end. */
export interface Answer {
  status: number
  headers: Headers
  body: string
  /** Milliseconds until its end. */
  ms: number
}

export interface Sent {
  method?: 'GET' | 'POST'
  headers?: Readonly<Record<string, string>>
  form?: Readonly<Record<string, string>>
  json?: unknown
}

/** A request that left and got no whole answer: whoever sent it can't know what was done. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
  readonly code: string
  /** Whether its connection had carried another request before. */
  readonly reused: boolean
  readonly ms: number

  constructor(url: string, { code, reused, ms }: { code: string; reused: boolean; ms: number }) {
    super(`${url} gave no answer: ${code} after ${Math.round(ms)} ms on a ${reused ? 'used' : 'new'} connection`)
    this.code = code
    this.reused = reused
    this.ms = ms
  }
}

/** Nobody listened: nothing was sent. */
export class NobodyThere extends Error {
  override readonly name = 'NobodyThere'
}

/** Nothing of ours takes as long: a hang. */
export const HANG_MS = 30_000

/** The processes of one service, asked in turns over connections that stay open, as a proxy in front of them would. */
export interface Door {
  /** The next process is asked; one that does not listen is passed over. @throws Unanswered, NobodyThere */
  send(path: string, sent?: Sent): Promise<Answer>
  close(): void
}

/** `addresses` is asked each time: processes come and go. */
export function createDoor(addresses: () => readonly string[]): Door {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  let turn = 0
  return {
    async send(path, sent = {}) {
      const all = addresses()
      for (let tries = 0; tries < all.length; tries++) {
        try {
          return await sendTo(`${all[turn++ % all.length]}${path}`, sent, agent)
        } catch (error) {
          if (!(error instanceof NobodyThere)) throw error
        }
      }
      throw new NobodyThere(`nobody listens at ${all.join(', ')}`)
    },
    close: () => agent.destroy(),
  }
}

function sendTo(url: string, { method, headers, form, json }: Sent, agent: Agent): Promise<Answer> {
  const body = form ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json)
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      agent,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...(body !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(body) }), ...headers },
    })
    const ms = () => performance.now() - began
    const fail = ({ code = 'ERROR' }: NodeJS.ErrnoException) =>
      reject(
        code === 'ECONNREFUSED' ? new NobodyThere(url) : new Unanswered(url, { code, reused: sending.reusedSocket, ms: ms() }),
      )
    const watchdog = setTimeout(() => sending.destroy(Object.assign(new Error('hung'), { code: 'HUNG' })), HANG_MS)
    sending.once('close', () => clearTimeout(watchdog))
    sending.once('error', fail)
    sending.once('response', (response) => {
      read(response).then((text) => {
        keepSecrets({ url, headers: { ...headers }, body: body ?? '', answer: { headers: response.headers, body: text } })
        resolve({ ...headOf(response), body: text, ms: ms() })
      }, fail)
    })
    sending.end(body)
  })
}

async function read(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response) text += chunk
  return text
}

function headOf({ statusCode = 0, headersDistinct }: IncomingMessage): Pick<Answer, 'status' | 'headers'> {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct)) for (const value of values) headers.append(name, value)
  return { status: statusCode, headers }
}
