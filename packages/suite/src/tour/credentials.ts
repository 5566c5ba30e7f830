import type { Recall } from './memory.ts'
import type { DemoClient } from './options.ts'
import type { TourRequest } from './step.ts'

/** A bearer call with the newest access token (RFC 6750 section 2.1). */
export const withToken = (url: string, recall: Recall): TourRequest => ({
  method: 'GET',
  url,
  headers: { authorization: `Bearer ${recall('access_token')}` },
})

/** HTTP Basic, both parts form-encoded first (RFC 6749 section 2.3.1). */
export function basic({ client_id, client_secret = '' }: DemoClient): string {
  return `Basic ${Buffer.from(`${formEncoded(client_id)}:${formEncoded(client_secret)}`).toString('base64')}`
}

const formEncoded = (text: string) => new URLSearchParams([['', text]]).toString().slice('='.length)
