import { type Database, defineCollection } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import type { Api } from '../core/types.ts'

export const apis = defineCollection<Api>({ name: 'apis', key: 'resource' })

export const createApiStore = (database: Database): Stores['apis'] => ({
  all: () => database.collection(apis).list({}, { orderBy: 'resource' }),
})
