import { setTimeout as pause } from 'node:timers/promises'
import { demoDocument } from '@menshen/suite/demo-clients'
import type { ManyProcesses } from '../../../test/support/processes.ts'

const clientId = 'mobile-app'

/** The four processes that are asked: two of each of two APIs. */
export const askedOf = ({ processes }: ManyProcesses): readonly string[] => [
  ...processes['user-api'].map(({ port }) => `http://127.0.0.1:${port}/users/me`),
  ...processes['project-api'].map(({ port }) => `http://127.0.0.1:${port}/projects`),
]

/** Milliseconds from the answer of the revocation endpoint to the first 401 of each process, for one token that all of them let pass before. */
export async function timesToRefusal(suite: ManyProcesses): Promise<number[]> {
  const places = askedOf(suite)
  const token = await signIn(suite)
  const before = await Promise.all(places.map((place) => statusOf(place, token)))
  if (before.some((status) => status !== 200)) throw new Error(`a good token was answered ${before}`)
  await post(suite, '/oauth2/revoke', { token, client_id: clientId })
  const revokedAt = performance.now()
  return Promise.all(places.map((place) => timeToRefusal(place, { token, revokedAt })))
}

const GIVES_UP_AFTER_MS = 60_000
/** Between two questions to a process, so that asking takes little of the machine. */
const ASKS_EVERY_MS = 20

async function timeToRefusal(place: string, { token, revokedAt }: { token: string; revokedAt: number }): Promise<number> {
  for (;;) {
    const status = await statusOf(place, token)
    const took = performance.now() - revokedAt
    if (status === 401) return took
    if (took > GIVES_UP_AFTER_MS) throw new Error(`${place} answers ${status} a minute after the token was revoked`)
    await pause(ASKS_EVERY_MS)
  }
}

async function statusOf(place: string, token: string): Promise<number> {
  const response = await fetch(place, { headers: { authorization: `Bearer ${token}` } })
  await response.arrayBuffer()
  return response.status
}

async function signIn(suite: ManyProcesses): Promise<string> {
  const [alice] = demoDocument(suite.addresses).users
  const form = { grant_type: 'password', client_id: clientId, username: 'alice', password: `${alice?.password}` }
  return JSON.parse(await post(suite, '/oauth2/token', form)).access_token
}

async function post({ addresses }: ManyProcesses, path: string, form: Record<string, string>): Promise<string> {
  const response = await fetch(`${addresses.issuer}${path}`, { method: 'POST', body: new URLSearchParams(form) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status} ${text}`)
  return text
}
