import { randomUUID } from 'node:crypto'
import type { NewEvent } from '@menshen/shared/events'
import { type Database, insertInto, type OperationOf, removeFrom, UniqueConflict, updateIn } from '@menshen/shared/storage'
import type { PasswordHasher } from '../core/ports.ts'
import { apis } from '../stores/apis.ts'
import { clients } from '../stores/clients.ts'
import { identifiers, userCreation, users } from '../stores/users.ts'
import { type CommitDeps, commitChange, type Change as Recorded } from './commit-change.ts'
import { liftRevocation } from './lift-revocation.ts'
import type { ApiChange, Change, ClientChange, UserChange } from './plan.ts'
import type { StoredUser } from './stored.ts'

export interface WriteDeps extends CommitDeps {
  database: Database
  passwords: Pick<PasswordHasher, 'hash'>
}

/** A change as one transaction, and the event that tells of it. */
interface Writing {
  operations: OperationOf<unknown>[]
  event: NewEvent
}

/**
 * Writes a change in one transaction with its event, and with what is to happen `together` with it; tells whether it did: not when the record is no
 * longer what the plan was made from.
 */
export async function write(
  change: Change,
  deps: WriteDeps,
  together: ReadonlyArray<OperationOf<unknown>> = [],
): Promise<boolean> {
  const { operations, event } = await writingOf(change, deps)
  const record = { action: event.type, subject: event.subject, ...recordedOf(change) }
  try {
    return await commitChange({ ...record, operations: [...operations, ...together], events: [event] }, deps)
  } catch (error) {
    if (error instanceof UniqueConflict) return false
    throw error
  }
}

/** The fields that differ, or all of something new; of secrets that they changed. */
function recordedOf(change: Change): Pick<Recorded, 'before' | 'after'> {
  if (change.before === undefined) return { before: null, after: withoutSecrets(change.after) }
  const side = (name: 'before' | 'after') =>
    withoutSecrets(Object.fromEntries(change.differences.map((difference) => [difference.field, difference[name] ?? null])))
  return { before: side('before'), after: side('after') }
}

const withoutSecrets = (fields: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) =>
      name === 'secretHashes' || name === 'sealedSecrets' ? ['secrets', (value ?? []).length] : [name, value],
    ),
  )

function writingOf(change: Change, deps: Pick<WriteDeps, 'passwords' | 'clock' | 'database'>): Writing | Promise<Writing> {
  switch (change.kind) {
    case 'client':
      return clientWriting(change, deps)
    case 'api':
      return apiWriting(change)
    case 'user':
      return change.before ? userUpdate(change, change.before, deps) : newUser(change, deps)
  }
}

async function clientWriting({ before, after }: ClientChange, deps: Pick<WriteDeps, 'clock' | 'database'>): Promise<Writing> {
  const { client_id, ...fields } = after
  const version = (before?.version ?? 0) + 1
  const operation = before
    ? updateIn(clients, { client_id, version: before.version }, { set: { ...fields, version } })
    : insertInto(clients, { ...after, version })
  return {
    operations: [operation, ...(before ? [] : await liftRevocation(client_id, deps))],
    event: { type: before ? 'client.updated' : 'client.created', subject: client_id, data: { client_id, version } },
  }
}

function apiWriting({ before, after }: ApiChange): Writing {
  const { resource, ...fields } = after
  const version = (before?.version ?? 0) + 1
  const operation = before
    ? updateIn(apis, { resource, version: before.version }, { set: { ...fields, version } })
    : insertInto(apis, { ...after, version })
  return {
    operations: [operation],
    event: { type: before ? 'api.updated' : 'api.created', subject: resource, data: { resource, version } },
  }
}

async function newUser(
  { after, entry }: UserChange,
  { passwords, clock }: Pick<WriteDeps, 'passwords' | 'clock'>,
): Promise<Writing> {
  return userCreation({ sub: entry.sub ?? randomUUID(), ...after, hash: await passwords.hash(entry.password ?? '') }, clock.now())
}

function userUpdate(
  { after }: UserChange,
  { user, identifiers: known }: StoredUser,
  { clock }: Pick<WriteDeps, 'clock'>,
): Writing {
  const { sub } = user
  const { identifiers: wanted, ...profile } = after
  const version = user.version + 1
  return {
    operations: [
      updateIn(users, { sub, version: user.version }, { set: { ...profile, updatedAt: clock.now(), version } }),
      ...known.filter((id) => !wanted.includes(id)).map((id) => removeFrom(identifiers, { id, sub })),
      ...wanted.filter((id) => !known.includes(id)).map((id) => insertInto(identifiers, { id, sub })),
    ],
    event: { type: 'user.updated', subject: sub, data: { sub, ...profile, version } },
  }
}
