import { type Database, defineCollection } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import type { Consent } from '../core/types.ts'

export const consents = defineCollection<Consent>({ name: 'consents', key: 'id', indexes: [['sub'], ['client_id']] })

/** Each person has one consent for each app. */
export const consentId = ({ sub, client_id }: Pick<Consent, 'sub' | 'client_id'>) => `${sub} ${client_id}`

export const createConsentStore = (database: Database): Stores['consents'] => ({
  async removeOfClient(client_id) {
    await database.collection(consents).remove({ client_id })
  },
  find: (sub, client_id) => database.collection(consents).find({ id: consentId({ sub, client_id }) }),
  ofPerson: (sub) => database.collection(consents).list({ sub }),
})
