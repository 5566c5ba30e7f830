import type { OperationOf } from '@menshen/shared/storage'
import { newSecret } from '../core/secrets.ts'
import { type ApplyDeps, planDocument } from './apply.ts'
import { findClient, type ShownClient, shownClient } from './clients.ts'
import { DocumentFaults } from './faults.ts'
import { findUser, type ShownUser, shownUser } from './find-user.ts'
import { Refusal } from './refusal.ts'
import type { ApplyDocument } from './schemas.ts'
import { write } from './write.ts'

type NewClient = NonNullable<ApplyDocument['clients']>[number]
type NewUser = NonNullable<ApplyDocument['users']>[number]

/** Methods that need a secret, which is made here. */
const withSecret = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt']

/** There is one of that name; or what was to happen in the same transaction could not. */
export class NotCreated extends Refusal {
  override readonly name = 'NotCreated'
}

/** What is wrong with an entry, one line for each fault, which begins with the name of its field. */
export class EntryFaults extends Refusal {
  override readonly name = 'EntryFaults'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/**
 * Registers a client by the rules of `apply`; a secret that it needs is made, told here and never again. `together`: what happens in the same transaction.
 * @throws NotCreated, EntryFaults.
 */
export async function createClient(
  entry: NewClient,
  deps: ApplyDeps,
  together: ReadonlyArray<OperationOf<unknown>> = [],
): Promise<{ client: ShownClient; client_secret?: string }> {
  const needsSecret = withSecret.includes(entry.token_endpoint_auth_method ?? 'client_secret_basic')
  const made = needsSecret ? { client_secret: entry.client_secret ?? newSecret() } : {}
  await create({ clients: [{ ...entry, ...made }] }, deps, together)
  return { client: shownClient(await findClient(entry.client_id, deps)), ...made }
}

/** Makes an account by the rules of `apply`. @throws NotCreated, EntryFaults. */
export async function createUser(entry: NewUser, deps: ApplyDeps): Promise<ShownUser> {
  await create({ users: [entry] }, deps)
  return shownUser(await findUser(entry.username, deps), deps)
}

async function create(
  document: ApplyDocument,
  deps: ApplyDeps,
  together: ReadonlyArray<OperationOf<unknown>> = [],
): Promise<void> {
  for (const change of await planned(document, deps)) {
    const done = change.action === 'created' && (await write(change, deps, together))
    if (!done) throw new NotCreated(`${change.kind} ${change.name} is there already`)
  }
}

/** The plan of a single entry, whose faults name its fields only: nobody wrote a document. */
async function planned(document: ApplyDocument, deps: ApplyDeps): ReturnType<typeof planDocument> {
  try {
    return await planDocument(document, deps)
  } catch (error) {
    if (!(error instanceof DocumentFaults)) throw error
    throw new EntryFaults(error.faults.map((fault) => fault.replace(/^(clients|users)\[0\]\./, '')))
  }
}
