import type { Clock } from '@menshen/shared/clock'
import { Problem } from '@menshen/shared/http/problem'
import type { Database } from '@menshen/shared/storage'
import { type Depart, departed } from './stores/departure.ts'

/**
 * Lets nobody take part whose account was deleted, as long as a token may still live. To be asked after it was done: a deletion marks the person first
 * and takes them out then. @throws Problem 403, and nothing is left of it.
 */
export type RequireAccount = (sub: string) => Promise<void>

export const createRequireAccount =
  ({ database, depart, clock }: { database: Database; depart: Depart; clock: Clock }): RequireAccount =>
  async (sub) => {
    if (!(await database.collection(departed).find({ sub }))) return
    await depart(sub, clock.now())
    throw new Problem('forbidden', { detail: 'the account was deleted' })
  }
