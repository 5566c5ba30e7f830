import type { IncomingMessage } from 'node:http'
import { type Outbound, refusal } from './outbound.ts'

const largest = 64 * 1024
const headers = { accept: 'application/jwk-set+json, application/json' }

/** Fetches JSON of 64 KiB at most from an address that somebody else chose. */
export const createJsonFetcher =
  (ask: Outbound) =>
  async (address: string): Promise<unknown> => {
    const response = await ask(address, { method: 'GET', headers })
    if (response.statusCode !== 200) throw refusal(address, response)
    return JSON.parse(await textOf(response))
  }

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    length += chunk.length
    if (length > largest) throw new Error('the answer is larger than 64 KiB') // leaving the loop ends the connection
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
