import { type Database, defineCollection } from '@menshen/shared/storage'
import type { Rate, Stores } from '../core/ports.ts'

/** Counts of what clients do in a minute. */
export const rates = defineCollection<Rate>({ name: 'client_rates', key: 'key', expiry: 'expiresAt' })

export const createRateStore = (database: Database): Stores['rates'] => ({
  add: (key, count, expiresAt) => database.collection(rates).upsert(key, { inc: { count }, insert: { expiresAt } }),
})
