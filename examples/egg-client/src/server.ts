import { Failure, type FailureKind } from '@menshen/login'
import { type EggClientOptions, redirectUriOf } from './options.ts'

/** What `/users/token` answers: the members of RFC 6749, and those of the model that egg-oauth2-server shows. */
export interface Tokens {
  access_token: string
  accessTokenExpiresAt: string
  refresh_token?: string
  refreshTokenExpiresAt?: string
  scope?: string
  client: string
  user: string
}

/** How long the server may take, in milliseconds. */
const timeout = 10_000

/** Trades the code for tokens, from server to server: the secret and the tokens never pass through a browser. @throws Failure. */
export async function redeem(
  { code, state }: { code: string; state: string },
  { issuer, clientId: client_id, clientSecret: client_secret, baseUrl }: EggClientOptions,
): Promise<Tokens> {
  const redirect_uri = redirectUriOf({ baseUrl })
  const body = new URLSearchParams({ grant_type: 'authorization_code', code, state, client_id, client_secret, redirect_uri })
  return (await ask(`${issuer}/users/token`, { method: 'POST', body })) as Tokens
}

/** Tries an access token. @throws Failure when it is not good. */
export async function authenticate(access_token: string, { issuer }: EggClientOptions): Promise<{ msg: string }> {
  const headers = { authorization: `Bearer ${access_token}` }
  return (await ask(`${issuer}/users/authenticate`, { headers })) as { msg: string }
}

async function ask(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeout) })
  const answer: unknown = await response.json().catch(() => ({}))
  if (!response.ok) throw failureOfAnswer(answer as { error?: unknown })
  return answer
}

/** A failure in the server's words (RFC 6749 sections 4.1.2.1 and 5.2); any other means that it refuses this client. */
export function failureOfAnswer({ error }: { error?: unknown }): Failure {
  const code = String(error ?? 'unknown')
    .replace(/[^\w.-]/g, '?')
    .slice(0, 64)
  return new Failure(answers.get(code) ?? 'misconfigured', { code })
}

const answers = new Map<string, FailureKind>([
  ['access_denied', 'refused'],
  ['invalid_grant', 'stale'],
  ['server_error', 'unreachable'],
  ['temporarily_unavailable', 'unreachable'],
])
