import type { Database } from '@menshen/shared/storage'
import type { Client } from '../core/types.ts'
import { apis } from '../stores/apis.ts'
import { clients } from '../stores/clients.ts'
import { identifiers, users } from '../stores/users.ts'
import { type AdminPage, type PageAsked, readPage } from './page.ts'
import { apiSchema, clientSchema } from './schemas.ts'

const limit = 500

/** All that `apply` reads of what is stored: applied to the same database it changes nothing. No secrets, so another database wants them added. */
export async function exportDocument({ withUsers }: { withUsers: boolean }, deps: { database: Database }) {
  const everyClient = await all((asked) => readPage(clients, { filter: {}, by: 'client_id' }, asked, deps))
  const everyApi = await all((asked) => readPage(apis, { filter: {}, by: 'resource' }, asked, deps))
  return {
    apis: everyApi.map((api) => fieldsIn(apiSchema.shape, api)),
    clients: everyClient.map((client: Client) => fieldsIn(clientSchema.shape, client)),
    ...(withUsers && { users: await everyUser(deps) }),
  }
}

/** By user name, which all people have one of. */
async function everyUser({ database }: { database: Database }): Promise<object[]> {
  const filter = { id: { gte: 'username:', lt: 'username;' } }
  const names = await all((asked) => readPage(identifiers, { filter, by: 'id' }, asked, { database }))
  const found = await Promise.all(names.map(({ sub }) => database.collection(users).find({ sub })))
  return found.flatMap((user) => (user ? [{ username: user.preferred_username, sub: user.sub, ...user.claims }] : []))
}

async function all<Item>(read: (asked: PageAsked) => Promise<AdminPage<Item>>): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const page = await read({ limit, cursor })
    items.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return items
}

/** What is not there is left out, so that it has its default; no schema has the fields that hold secrets. */
const fieldsIn = (shape: object, record: object): object =>
  Object.fromEntries(Object.entries(record).filter(([name, value]) => name in shape && value !== undefined))
