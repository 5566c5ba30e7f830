import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Failure } from './failure.ts'
import { type PageName, pageFor, policy } from './page.ts'

/** A door on this machine through which the browser brings the answer (RFC 8252 section 7.3). */
export interface Loopback {
  redirect_uri: string
  /**
   * Waits for the answer that has this `state`, lets `finish` work with it, and tells the browser how that went. Answers of others are refused
   * and end nothing.
   */
  answer<T>(state: string, finish: (answer: URL) => Promise<T>, signal: AbortSignal): Promise<T>
  close(): Promise<void>
}

/** Opens the door on 127.0.0.1, so that no other machine comes through, and on a port that the system chooses. */
export async function openLoopback(): Promise<Loopback> {
  let take: (answer: URL) => Promise<PageName> = async () => 'stale'
  const answering = new Set<Promise<unknown>>()
  const server = createServer(async (request, response) => {
    answering.add(new Promise((resolve) => response.once('close', resolve)))
    const answer = addressOf(request)
    if (request.method !== 'GET' || answer?.pathname !== '/callback') return show('missing', request, response)
    show(await take(answer), request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const redirect_uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
  /** Every web page may knock here: what is no address, such as `//`, ends nothing. */
  const addressOf = ({ url = '' }: IncomingMessage) => (URL.canParse(url, redirect_uri) ? new URL(url, redirect_uri) : undefined)

  return {
    redirect_uri,
    answer: (state, finish, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Failure('Nobody signed in for a while. Please start again.')))
        take = async (answer) => {
          if (answer.searchParams.get('state') !== state) return 'stale'
          take = async () => 'stale' // only the first one
          return finish(answer).then(
            (value) => {
              resolve(value)
              return 'done'
            },
            (error) => {
              reject(error)
              return 'failed'
            },
          )
        }
      }),
    async close() {
      await Promise.all(answering)
      server.close()
      server.closeAllConnections() // browsers open some in advance
    },
  }
}

function show(name: PageName, { headers }: IncomingMessage, response: ServerResponse): void {
  const { status, html } = pageFor(name, headers['accept-language'])
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    vary: 'Accept-Language',
    connection: 'close',
  })
  response.end(html)
}
