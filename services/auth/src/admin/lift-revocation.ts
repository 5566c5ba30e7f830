import { type Database, type OperationOf, updateIn } from '@menshen/shared/storage'
import { revocations } from '../stores/revocations.ts'

/** How far the clocks of two processes of auth may be apart, in seconds. */
const CLOCKS_APART = 5

/**
 * Lets the tokens of a client pass that it is given from now on, when the id was disabled or deleted a while ago: what was given before stays dead. To be
 * part of the transaction that lets it be in use.
 */
export async function liftRevocation(
  client_id: string,
  { database, clock }: { database: Database; clock: { now(): number } },
): Promise<OperationOf<unknown>[]> {
  const id = `client_id ${client_id}`
  const revocation = await database.collection(revocations).find({ id })
  if (!revocation) return []
  const at = clock.now()
  const issuedBefore = Math.max(Math.floor(revocation.at / 1000) + 1, Math.floor(at / 1000) - CLOCKS_APART)
  return [updateIn(revocations, { id, at: revocation.at }, { set: { at, issuedBefore } })]
}
