import { defineCollection, type OperationOf, upsertIn } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import type { Revocation } from '../core/types.ts'
import type { StoreDeps } from './store-deps.ts'

export const revocations = defineCollection<Revocation>({
  name: 'revocations',
  key: 'id',
  indexes: [['at']],
  expiry: 'endsAt',
})

/** No access token lives longer, and how far clocks may be apart, in milliseconds. */
const LONGEST_LIFE_MS = 86_400_000
const CLOCKS_APART_MS = 60_000

/** What no API may let pass from now on, until its last token has expired: to be part of the transaction that ends it. */
export const revoking = (
  kind: Revocation['kind'],
  value: string,
  now: number,
  expiresAt = now + LONGEST_LIFE_MS,
): OperationOf<Revocation> =>
  upsertIn(revocations, `${kind} ${value}`, {
    set: { kind, value, at: now, issuedBefore: null, endsAt: expiresAt + CLOCKS_APART_MS },
  })

export const createRevocationStore = ({ database }: Pick<StoreDeps, 'database'>): Stores['revocations'] => ({
  since: (at, limit) => database.collection(revocations).list({ at: { gte: at } }, { orderBy: 'at', limit }),
  after: ([at, id], limit) => database.collection(revocations).list({}, { orderBy: 'at', limit, after: [at, id] }),
})
