import { type Database, type OperationOf, removeFrom, updateIn } from '@menshen/shared/storage'
import { isDisabled } from '../core/client.ts'
import type { Client } from '../core/types.ts'
import { apis } from '../stores/apis.ts'
import { clients } from '../stores/clients.ts'
import { revoking } from '../stores/revocations.ts'
import { type CommitDeps, commitChange, untilDone } from './commit-change.ts'
import { liftRevocation } from './lift-revocation.ts'
import { type AdminPage, type PageAsked, readPage } from './page.ts'
import { NotFound, Refusal } from './refusal.ts'

export type ClientDeps = CommitDeps & { database: Database }

/** A client as people may see it: of its secrets how many are in force. */
export type ShownClient = Omit<Client, 'secretHashes' | 'sealedSecrets'> & { disabledAt: number | null; secrets: number }

export const shownClient = ({ secretHashes, sealedSecrets, ...client }: Client): ShownClient => ({
  ...client,
  disabledAt: client.disabledAt ?? null,
  secrets: secretHashes.length + (sealedSecrets?.length ?? 0),
})

export async function listClients(page: PageAsked, deps: { database: Database }): Promise<AdminPage<ShownClient>> {
  const { items, next } = await readPage(clients, { filter: {}, by: 'client_id' }, page, deps)
  return { items: items.map(shownClient), next }
}

/** @throws NotFound. */
export async function findClient(client_id: string, { database }: { database: Database }): Promise<Client> {
  const client = await database.collection(clients).find({ client_id })
  if (!client) throw new NotFound(`there is no client ${client_id}`)
  return client
}

/** Until it is enabled again nothing is given to it, and what it holds is not active. */
export const disableClient = (client_id: string, deps: ClientDeps): Promise<ShownClient> =>
  changeClient(client_id, 'client.disabled', (client) => !isDisabled(client) && { disabledAt: deps.clock.now() }, deps)

export const enableClient = (client_id: string, deps: ClientDeps): Promise<ShownClient> =>
  changeClient(client_id, 'client.updated', (client) => isDisabled(client) && { disabledAt: null }, deps)

/** Changes a client as `changeOf` says; false: it is so already. @throws NotFound. */
export const changeClient = (
  client_id: string,
  action: 'client.updated' | 'client.disabled',
  changeOf: (client: Client) => Partial<Client> | false,
  deps: ClientDeps,
): Promise<ShownClient> =>
  untilDone(async () => {
    const client = await findClient(client_id, deps)
    const set = changeOf(client)
    if (set === false) return shownClient(client)
    const version = client.version + 1
    const after = { ...client, ...set, version }
    const done = await commitChange(
      {
        action,
        subject: client_id,
        before: { ...shownClient(client) },
        after: { ...shownClient(after) },
        operations: [
          updateIn(clients, { client_id, version: client.version }, { set: { ...set, version } }),
          ...(await standing(client, after, deps)),
        ],
        events: [{ type: action, subject: client_id, data: { client_id, version } }],
      },
      deps,
    )
    return done ? shownClient(after) : undefined
  })

/** What APIs must know when a client is disabled, or in use again. */
async function standing(before: Client, after: Client, deps: ClientDeps): Promise<OperationOf<unknown>[]> {
  if (isDisabled(before) === isDisabled(after)) return []
  return isDisabled(after) ? [revoking('client_id', after.client_id, deps.clock.now())] : liftRevocation(after.client_id, deps)
}

/** Takes a client away; what it was given ends with the event. @throws NotFound, Refusal while an API lets it introspect. */
export const deleteClient = (client_id: string, deps: ClientDeps): Promise<ShownClient> =>
  untilDone(async () => {
    const client = await findClient(client_id, deps)
    const api = (await deps.database.collection(apis).list({})).find(({ client_ids }) => client_ids.includes(client_id))
    if (api) throw new Refusal(`${api.resource} lets ${client_id} introspect: take it out of its client_ids first`)
    const version = client.version + 1
    const done = await commitChange(
      {
        action: 'client.deleted',
        subject: client_id,
        before: { ...shownClient(client) },
        after: null,
        operations: [
          updateIn(clients, { client_id, version: client.version }, { set: { version } }), // nobody changed it meanwhile
          removeFrom(clients, { client_id }),
          revoking('client_id', client_id, deps.clock.now()),
        ],
        events: [{ type: 'client.deleted', subject: client_id, data: { client_id, version } }],
      },
      deps,
    )
    return done ? shownClient(client) : undefined
  })
