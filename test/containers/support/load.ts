import { setTimeout as pause } from 'node:timers/promises'

/** Asks for something; what was sent is not sent twice. */
export type Ask = (address: string, init: RequestInit) => Promise<Response>

/** What was asked while something changed. */
export interface Asked {
  answered: number
  /** What was not answered as it should be. */
  faults: string[]
}

/** Nobody listens there: a proxy gives the request to another one. */
const isNobody = (error: unknown): boolean =>
  /ECONNREFUSED|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT/.test(String((error as { cause?: { code?: string } }).cause?.code))

/** Each request at the next of the addresses, as behind a proxy. */
export function inTurn(addresses: () => readonly string[]): Ask {
  let turn = 0
  return async (path, init) => {
    const all = addresses()
    const first = turn++
    for (let i = 0; i < all.length; i++) {
      try {
        return await fetch(`${all[(first + i) % all.length]}${path}`, { ...init, signal: AbortSignal.timeout(10_000) })
      } catch (error) {
        if (!isNobody(error)) throw error
      }
    }
    throw new Error('nobody listens')
  }
}

/** What is asked for again and again. */
export type Request = readonly [address: string, init: RequestInit]

/** Asks for all of them, again and again until it is stopped. */
export function startLoad(ask: Ask, requests: readonly Request[], workers = 4) {
  const asked: Asked = { answered: 0, faults: [] }
  let going = true

  async function work(): Promise<void> {
    while (going) {
      for (const [address, init] of requests) {
        try {
          const response = await ask(address, init)
          const text = await response.text()
          if (response.ok) asked.answered += 1
          else asked.faults.push(`${address} ${response.status} ${text.slice(0, 200)}`)
        } catch (error) {
          asked.faults.push(`${address} ${error} ${(error as Error).cause ?? ''}`)
        }
        await pause(10)
      }
    }
  }

  const working = Array.from({ length: workers }, work)
  return {
    asked,
    async stop(): Promise<Asked> {
      going = false
      await Promise.all(working)
      return asked
    },
  }
}

/** A client that asks for a token, and an API that reads the keys; at a base address, or at none. */
export function requestsOf(client: { authorization: string; scope: string }, base = ''): Request[] {
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: client.scope })
  return [
    [`${base}/oauth2/token`, { method: 'POST', headers: { authorization: client.authorization }, body }],
    [`${base}/oauth2/jwks`, {}],
  ]
}

/** `Authorization` of a client (RFC 6749 section 2.3.1). */
export const basic = (clientId: string, secret: string): string =>
  `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`
