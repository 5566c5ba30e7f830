import { type Database, defineCollection } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'

/** Secrets of this server that are neither keys nor a client's, each under its name. */
export const sealedSecrets = defineCollection<{ id: string; sealed: string }>({ name: 'sealed_secrets', key: 'id' })

export function createSealedStore(database: Database): Stores['sealed'] {
  const secrets = database.collection(sealedSecrets)
  return {
    find: async (id) => (await secrets.find({ id }))?.sealed,
    ensure: async (id, sealed) => (await secrets.upsert(id, { insert: { sealed } })).sealed,
    async replace(id, sealed) {
      await secrets.update({ id }, { set: { sealed } })
    },
  }
}
