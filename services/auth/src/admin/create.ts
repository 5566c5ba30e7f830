import { newSecret } from '../core/secrets.ts'
import { type ApplyDeps, planDocument } from './apply.ts'
import { findClient, type ShownClient, shownClient } from './clients.ts'
import { findUser, type ShownUser, shownUser } from './find-user.ts'
import { Refusal } from './refusal.ts'
import type { ApplyDocument } from './schemas.ts'
import { write } from './write.ts'

type NewClient = NonNullable<ApplyDocument['clients']>[number]
type NewUser = NonNullable<ApplyDocument['users']>[number]

/** Methods that need a secret, which is made here. */
const withSecret = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt']

/** Registers a client by the rules of `apply`; a secret that it needs is made, told here and never again. @throws DocumentFaults, Refusal. */
export async function createClient(entry: NewClient, deps: ApplyDeps): Promise<{ client: ShownClient; client_secret?: string }> {
  const needsSecret = withSecret.includes(entry.token_endpoint_auth_method ?? 'client_secret_basic')
  const made = needsSecret ? { client_secret: newSecret() } : {}
  await create({ clients: [{ ...entry, ...made }] }, deps)
  return { client: shownClient(await findClient(entry.client_id, deps)), ...made }
}

/** Makes an account by the rules of `apply`. @throws DocumentFaults, Refusal. */
export async function createUser(entry: NewUser, deps: ApplyDeps): Promise<ShownUser> {
  await create({ users: [entry] }, deps)
  return shownUser(await findUser(entry.username, deps), deps)
}

async function create(document: ApplyDocument, deps: ApplyDeps): Promise<void> {
  for (const change of await planDocument(document, deps)) {
    const done = change.action === 'created' && (await write(change, deps))
    if (!done) throw new Refusal(`${change.kind} ${change.name} is there already`)
  }
}
