import type { Database } from '@menshen/shared/storage'
import { emailId, phoneId, usernameId } from '../core/identifiers.ts'
import type { Api, Client, User } from '../core/types.ts'
import { apis } from '../stores/apis.ts'
import { clients } from '../stores/clients.ts'
import { identifiers, users } from '../stores/users.ts'
import type { Readable } from './readable.ts'

/** A person, and all that identifies them, sorted. */
export interface StoredUser {
  user: User
  identifiers: string[]
}

/** What is stored of that which a document names. */
export interface Stored {
  clients: ReadonlyMap<string, Client>
  /** All there are: a scope belongs to one only. */
  apis: readonly Api[]
  /** By the identifier of the user name. */
  users: ReadonlyMap<string, StoredUser>
  /** The `sub` behind an identifier. */
  owners: ReadonlyMap<string, string>
  /** Those of the document's `sub` and `client_id` that are a stored person's `sub`, or were that of one who is deleted. */
  subs: ReadonlySet<string>
}

/** Reads what is stored of that which the document names. */
export async function readStored(document: Readable, database: Database): Promise<Stored> {
  const client_ids = document.clients.flatMap(({ client_id }) => client_id ?? [])
  const subs = document.users.flatMap(({ sub }) => sub ?? [])
  const named = document.apis.flatMap((api) => api.client_ids ?? [])
  const owners = await readOwners(document, database)
  return {
    clients: await readAll([...client_ids, ...named, ...subs], (client_id) => database.collection(clients).find({ client_id })),
    apis: await database.collection(apis).list({}, { orderBy: 'resource' }),
    users: await readUsers(document, owners, database),
    owners,
    subs: new Set((await readAll([...subs, ...client_ids], (sub) => database.collection(users).find({ sub }))).keys()),
  }
}

async function readOwners(document: Readable, database: Database): Promise<Map<string, string>> {
  const ids = document.users.flatMap(({ username, email, phone_number }) => [
    ...(username === undefined ? [] : [usernameId(username)]),
    ...(email === undefined ? [] : [emailId(email)]),
    ...(phone_number === undefined ? [] : [phoneId(phone_number)]),
  ])
  const found = await readAll(ids, (id) => database.collection(identifiers).find({ id }))
  return new Map([...found].map(([id, { sub }]) => [id, sub]))
}

function readUsers(
  { users }: Readable,
  owners: ReadonlyMap<string, string>,
  database: Database,
): Promise<Map<string, StoredUser>> {
  const ids = users.flatMap(({ username }) => (username === undefined ? [] : [usernameId(username)]))
  return readAll(ids, async (id) => {
    const sub = owners.get(id)
    return sub === undefined ? undefined : readUser(sub, database)
  })
}

async function readUser(sub: string, database: Database): Promise<StoredUser | undefined> {
  const user = await database.collection(users).find({ sub })
  const known = await database.collection(identifiers).list({ sub })
  return user && { user, identifiers: known.map(({ id }) => id).sort() }
}

/** What `find` finds, by key; one after the other, so that a long document leaves the database to others, too. */
async function readAll<Found>(
  keys: readonly string[],
  find: (key: string) => Promise<Found | undefined>,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  for (const key of new Set(keys)) {
    const record = await find(key)
    if (record !== undefined) found.set(key, record)
  }
  return found
}
