import { isDeepStrictEqual } from 'node:util'
import { identifiersOf, usernameId } from '../core/identifiers.ts'
import type { Api, Client, User } from '../core/types.ts'
import type { Vault } from '../core/vault.ts'
import { clientOf, profileOf } from './records.ts'
import type { ApiEntry, ClientEntry, Entries, UserEntry } from './schemas.ts'
import type { Stored, StoredUser } from './stored.ts'

/** A field that is not as the document wants it; `undefined`: it is not there. */
export interface Difference {
  field: string
  before: unknown
  after: unknown
}

interface Planned {
  /** Its `client_id`, `resource` or user name. */
  name: string
  action: 'created' | 'updated' | 'unchanged'
  differences: Difference[]
}

export interface ClientChange extends Planned {
  kind: 'client'
  before: Client | undefined
  after: Omit<Client, 'version'>
}

export interface ApiChange extends Planned {
  kind: 'api'
  before: Api | undefined
  after: Omit<Api, 'version'>
}

export interface UserChange extends Planned {
  kind: 'user'
  before: StoredUser | undefined
  after: Pick<User, 'preferred_username' | 'claims'> & { identifiers: string[] }
  /** For a new user only. */
  entry: UserEntry
}

/** What becomes of one entry of a document. */
export type Change = ClientChange | ApiChange | UserChange

/** Opens what seals secrets, when there is one to seal. */
export type OpenVault = () => Promise<Vault>

/** The difference between a document and what is stored; writes nothing. */
export const planOf = async ({ clients, users, apis }: Entries, stored: Stored, openVault: OpenVault): Promise<Change[]> => [
  ...apis.map((entry) => planApi(entry, stored)),
  ...(await Promise.all(clients.map((entry) => planClient(entry, stored, openVault)))),
  ...users.map((entry) => planUser(entry, stored)),
]

async function planClient(entry: ClientEntry, stored: Stored, openVault: OpenVault): Promise<ClientChange> {
  const before = stored.clients.get(entry.client_id)
  const after = await clientOf(entry, before, openVault)
  return { kind: 'client', name: entry.client_id, before, after, ...difference(before, after) }
}

function planApi(entry: ApiEntry, stored: Stored): ApiChange {
  const before = stored.apis.find(({ resource }) => resource === entry.resource)
  return { kind: 'api', name: entry.resource, before, after: entry, ...difference(before, entry) }
}

function planUser(entry: UserEntry, stored: Stored): UserChange {
  const before = stored.users.get(usernameId(entry.username))
  const profile = profileOf(entry, before?.user)
  const after = { ...profile, identifiers: identifiersOf(profile) }
  const flat = before && { ...before.user.claims, username: before.user.preferred_username, identifiers: before.identifiers }
  const wanted = { ...after.claims, username: after.preferred_username, identifiers: after.identifiers }
  return { kind: 'user', name: entry.username, before, after, entry, ...difference(flat, wanted) }
}

/** The fields that `after` wants otherwise, absent counts as null; a record that is not there is created. */
function difference(before: object | undefined, after: object): Pick<Planned, 'action' | 'differences'> {
  if (!before) return { action: 'created', differences: [] }
  const was: Record<string, unknown> = { ...before }
  const differences = Object.entries(after)
    .map(([field, value]) => ({ field, before: was[field], after: value }))
    .filter((field) => !isDeepStrictEqual(field.before ?? null, field.after ?? null))
  return { action: differences.length > 0 ? 'updated' : 'unchanged', differences }
}
