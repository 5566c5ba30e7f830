import { z } from 'zod'
import { boundedText } from '../http/bounded-text.ts'
import { Problem } from '../http/problem.ts'
import type { ServiceCalls } from './service-token.ts'

const revocation = z.object({
  claim: z.string(), // one that is not known here is of a newer auth, and skipped
  value: z.string(),
  issued_before: z.number().nullable(),
  expires_at: z.number(),
})
const page = z.object({ revocations: z.array(revocation), cursor: z.string(), more: z.boolean() })

/** Tokens with this `grant_id`, `jti` or `client_id` are good no more; times in seconds. */
export type Revocation = z.output<typeof revocation>
export type RevocationPage = z.output<typeof page>

/** Asks auth what was revoked since it gave the cursor. */
export type ReadRevocations = (cursor: string | undefined) => Promise<RevocationPage>

const LARGEST_PAGE = 2 * 1024 * 1024

/** Reads the feed of auth with a token of the service. @throws Problem or Error when auth does not give it. */
export const readRevocationsOf =
  (url: string, calls: ServiceCalls): ReadRevocations =>
  async (cursor) => {
    const response = await calls.fetch(
      cursor === undefined ? url : `${url}?${new URLSearchParams({ cursor })}`,
      'REVOCATIONS_URL',
    )
    const text = await boundedText(response, LARGEST_PAGE)
    if (!response.ok) throw new Problem('unavailable', { cause: new Error(`${url} answered ${response.status}`) })
    return page.parse(JSON.parse(text))
  }
