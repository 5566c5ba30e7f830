import { type Database, defineCollection } from '@menshen/shared/storage'
import type { ClientStore } from '../core/ports.ts'
import type { Client } from '../core/types.ts'

export const clients = defineCollection<Client>({ name: 'clients', key: 'client_id', indexes: [['token_endpoint_auth_method']] })

export const createClientStore = (database: Database): ClientStore => ({
  find: (client_id) => database.collection(clients).find({ client_id }),
  withSealedSecrets: () => database.collection(clients).list({ token_endpoint_auth_method: 'client_secret_jwt' }),
  async reseal({ client_id, version }, sealedSecrets) {
    await database.collection(clients).update({ client_id, version }, { set: { sealedSecrets } })
  },
})
