import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { boundedText } from '../http/bounded-text.ts'
import { Problem } from '../http/problem.ts'
import { reach } from './reach.ts'

export interface ServiceTokenOptions {
  /** The token endpoint of auth. */
  tokenUrl: string
  clientId: string
  clientSecret: string
  scope: string
  clock: Clock
  fetch?: typeof globalThis.fetch
}

/** Calls other services as this one, not for a person. */
export interface ServiceCalls {
  /**
   * Fetches with a token of the service; when that is refused, once more with a new one. The setting is the one that holds the address.
   * @throws Problem unavailable, 503, when auth gives no token or the other service doesn't answer in time.
   */
  fetch(url: string, setting: string): Promise<Response>
}

const TIMEOUT_MS = 3000
const LARGEST_ANSWER = 64 * 1024
/** A token that ends sooner, in milliseconds, is not used any more: it must live until the other side has checked it. */
const LEAST_LIFE_MS = 30_000

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

/** Holds an access token that the client gets for itself (RFC 6749 section 4.4) until shortly before it ends; however many ask, one fetches it. */
export function createServiceCalls(options: ServiceTokenOptions): ServiceCalls {
  const { clock, fetch = globalThis.fetch } = options
  let held: { token: string; goodUntil: number } | undefined
  let underWay: Promise<string> | undefined

  async function renew(): Promise<string> {
    const askedAt = clock.now()
    const { access_token, expires_in } = await askForToken(options, fetch)
    held = { token: access_token, goodUntil: askedAt + expires_in * 1000 - LEAST_LIFE_MS }
    return access_token
  }

  function token(): Promise<string> {
    if (held && clock.now() < held.goodUntil) return Promise.resolve(held.token)
    underWay ??= renew().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  const send = (url: string, setting: string, bearer: string) => {
    const headers = { accept: 'application/json', authorization: `Bearer ${bearer}` }
    return reach(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) }, { setting, fetch })
  }

  return {
    async fetch(url, setting) {
      try {
        const bearer = await token()
        const response = await send(url, setting, bearer)
        if (response.status !== 401) return response
        await response.body?.cancel()
        if (held?.token === bearer) held = undefined
        return await send(url, setting, await token())
      } catch (cause) {
        throw new Problem('unavailable', { cause })
      }
    },
  }
}

async function askForToken({ tokenUrl, clientId, clientSecret, scope }: ServiceTokenOptions, fetch: typeof globalThis.fetch) {
  const init: RequestInit = {
    method: 'POST',
    headers: { accept: 'application/json', authorization: basic(clientId, clientSecret) },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }
  const response = await reach(tokenUrl, init, { setting: 'TOKEN_URL', fetch })
  const text = await boundedText(response, LARGEST_ANSWER)
  if (!response.ok)
    throw new Error(`${tokenUrl} answered ${response.status}${wordsOf(text)}${adviceOn(response, clientId, scope)}`)
  return tokenAnswer.parse(JSON.parse(text))
}

/** The error of an answer (RFC 6749 section 5.2); nothing of what is none. */
function wordsOf(text: string): string {
  try {
    const { error, error_description } = refusal.parse(JSON.parse(text))
    return ` ${error}: ${error_description}`.slice(0, 300)
  } catch {
    return ''
  }
}

const refusal = z.object({ error: z.string(), error_description: z.string().default('') })

const adviceOn = ({ status }: Response, clientId: string, scope: string): string =>
  status === 400 || status === 401
    ? `; CLIENT_ID ${clientId} must be a client with this CLIENT_SECRET, the grant client_credentials and the scope ${scope}`
    : ''

/** Both parts are form-encoded first (RFC 6749 section 2.3.1). */
function basic(clientId: string, clientSecret: string): string {
  const encoded = (part: string) => new URLSearchParams({ part }).toString().slice('part='.length)
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}`
}
