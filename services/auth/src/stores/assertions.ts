import { type Database, defineCollection, UniqueConflict } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'

/** The assertions that clients have used, until none of them would be taken any more. */
export const assertions = defineCollection<{ id: string; expiresAt: number }>({
  name: 'client_assertions',
  key: 'id',
  expiry: 'expiresAt',
})

export const createAssertionStore = (database: Database): Stores['assertions'] => ({
  async use(id, expiresAt) {
    try {
      await database.collection(assertions).insert({ id, expiresAt })
      return true
    } catch (error) {
      if (error instanceof UniqueConflict) return false
      throw error
    }
  },
})
