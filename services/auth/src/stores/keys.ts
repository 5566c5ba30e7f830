import { type Database, defineCollection } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import type { SigningKey } from '../core/types.ts'

export const keys = defineCollection<SigningKey>({ name: 'keys', key: 'id', expiry: 'endsAt' })

/** The oldest first; those of one moment in the order of their ids. */
export const byAge = (a: SigningKey, b: SigningKey): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)

export const createKeyStore = (database: Database): Stores['keys'] => ({
  list: async () => (await database.collection(keys).list({})).sort(byAge), // a handful
  async reseal(id, sealedPrivateJwk) {
    await database.collection(keys).update({ id }, { set: { sealedPrivateJwk } })
  },
  async insertMissing({ id, ...key }) {
    await database.collection(keys).upsert(id, { insert: key })
  },
})
