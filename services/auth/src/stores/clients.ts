import { type Database, defineCollection } from '@menshen/shared/storage'
import type { ClientStore } from '../core/ports.ts'
import type { Client } from '../core/types.ts'

export const clients = defineCollection<Client>({ name: 'clients', key: 'client_id', indexes: [['token_endpoint_auth_method']] })

/** A thousand clients or more are read in parts, so that others get their turn. */
const atOnce = 500

export const createClientStore = (database: Database): ClientStore => ({
  async origins() {
    const origins = new Set<string>()
    let page: Client[] = []
    do {
      const last = page.at(-1)?.client_id
      page = await database
        .collection(clients)
        .list({}, { orderBy: 'client_id', limit: atOnce, ...(last !== undefined && { after: [last, last] }) })
      for (const origin of page.flatMap(originsOf)) origins.add(origin)
    } while (page.length === atOnce)
    return origins
  },
  find: (client_id) => database.collection(clients).find({ client_id }),
  withSealedSecrets: () => database.collection(clients).list({ token_endpoint_auth_method: 'client_secret_jwt' }),
  async reseal({ client_id, version }, sealedSecrets) {
    await database.collection(clients).update({ client_id, version }, { set: { sealedSecrets } })
  },
})

/** Private-use schemes have none (RFC 8252 section 7.1). */
const originsOf = ({ redirect_uris }: Client): string[] =>
  redirect_uris.map((uri) => new URL(uri).origin).filter((origin) => origin !== 'null')
