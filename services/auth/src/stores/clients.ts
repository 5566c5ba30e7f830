import { type Database, defineCollection } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import type { Client } from '../core/types.ts'

export const clients = defineCollection<Client>({ name: 'clients', key: 'client_id' })

export const createClientStore = (database: Database): Stores['clients'] => ({
  find: (client_id) => database.collection(clients).find({ client_id }),
})
