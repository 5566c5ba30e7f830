import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import type { Clock } from '../clock.ts'
import { Problem } from '../http/problem.ts'
import { type Database, DatabaseUnavailable, defineCollection, insertInto, type OperationOf } from '../storage/index.ts'
import type { AccessToken } from '../tokens/access-token.ts'
import type { Answer } from './answer.ts'

/** What was answered under an `Idempotency-Key`. */
interface Remembered {
  /** Hash of who asked what with which key. */
  id: string
  /** Hash of the body it came with. */
  fingerprint: string
  answer: Answer
  expiresAt: number
}

export const idempotencyKeys = defineCollection<Remembered>({ name: 'idempotency_keys', key: 'id', expiry: 'expiresAt' })

/** Makes the operation that remembers an answer; none without a key. */
export type Once = (answer: Answer) => OperationOf<unknown>[]

export const never: Once = () => []

const REMEMBERED_MS = 86_400_000
const KEY = /^[\x21-\x7e]{1,255}$/

/**
 * Does creating work once for each `Idempotency-Key` of a caller, for 24 hours (draft-ietf-httpapi-idempotency-key-header). The answer is stored in the
 * transaction that creates, so whatever dies in between, the same request made again creates nothing twice and is answered the same.
 * @throws Problem 400 for a key that is none, 422 for a key that came with another body.
 */
export async function onceForKey(
  ctx: Context,
  { token, body, database, clock }: { token: AccessToken; body: unknown; database: Database; clock: Clock },
  work: (once: Once) => Promise<Answer>,
): Promise<Answer> {
  const key = ctx.req.headers['idempotency-key']?.toString()
  if (key === undefined) return work(never)
  if (!KEY.test(key))
    throw new Problem('invalid-request', { detail: 'Idempotency-Key: must be 1 to 255 visible ASCII characters' })

  const id = hashOf([token.client_id, token.sub, ctx.method, ctx.path, key])
  const fingerprint = hashOf(body)
  const keys = database.collection(idempotencyKeys)
  const known = await keys.find({ id })
  if (known) return sameAnswer(known, fingerprint)
  try {
    return await work((answer) => [
      insertInto(idempotencyKeys, { id, fingerprint, answer, expiresAt: clock.now() + REMEMBERED_MS }),
    ])
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error // who asks again waits twice
    const winner = await keys.find({ id }) // another request with this key was faster: whatever failed, failed for that
    if (winner) return sameAnswer(winner, fingerprint)
    throw error
  }
}

function sameAnswer({ fingerprint, answer }: Remembered, of: string): Answer {
  if (fingerprint === of) return answer
  throw new Problem('idempotency-key-reused', { detail: 'this Idempotency-Key came before with another body' })
}

const hashOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('base64url')
