import { setTimeout as pause } from 'node:timers/promises'

/** Asks for a path of auth; what was sent is not sent twice. */
export type Ask = (path: string, init: RequestInit) => Promise<Response>

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

/** Gets tokens and reads the key set again and again until it is stopped. */
export function startLoad(ask: Ask, { authorization, scope }: { authorization: string; scope: string }, workers = 4) {
  const asked: Asked = { answered: 0, faults: [] }
  let going = true

  async function work(): Promise<void> {
    while (going) {
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope })
      for (const [path, init] of [
        ['/oauth2/token', { method: 'POST', headers: { authorization }, body }],
        ['/oauth2/jwks', {}],
      ] as const) {
        try {
          const response = await ask(path, init)
          const text = await response.text()
          if (response.ok) asked.answered += 1
          else asked.faults.push(`${path} ${response.status} ${text.slice(0, 200)}`)
        } catch (error) {
          asked.faults.push(`${path} ${error} ${(error as Error).cause ?? ''}`)
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

/** `Authorization` of a client (RFC 6749 section 2.3.1). */
export const basic = (clientId: string, secret: string): string =>
  `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`
