import type { ClientStore } from './ports.ts'
import type { Client } from './types.ts'

/** Whether nothing is given to a client: its administrator disabled it, until they enable it again. */
export const isDisabled = ({ disabledAt }: Pick<Client, 'disabledAt'>): boolean => (disabledAt ?? null) !== null

/** The client, while it is in use: what was given to one that is gone or disabled does not count. */
export async function standingClient(client_id: string, { clients }: { clients: ClientStore }): Promise<Client | undefined> {
  const client = await clients.find(client_id)
  return client && !isDisabled(client) ? client : undefined
}
