import type { CoreDeps } from './ports.ts'
import type { Client } from './types.ts'
import type { Vault } from './vault.ts'

const contextOf = ({ client_id }: Pick<Client, 'client_id'>) => `secrets of client ${client_id}`

/** Seals a secret that a client signs its assertions with (OpenID Connect Core section 9, client_secret_jwt). */
export const sealSecret = (secret: string, client: Pick<Client, 'client_id'>, vault: Vault): string =>
  vault.seal(secret, contextOf(client))

/** The secrets of a client that are in force. @throws WrongSecretsKey when they were sealed under another SECRETS_KEY. */
export const openSecrets = (client: Pick<Client, 'client_id' | 'sealedSecrets'>, vault: Vault): string[] =>
  (client.sealedSecrets ?? []).map((sealed) => vault.open(sealed, contextOf(client)).text)

/** Seals the secrets anew that an older SECRETS_KEY sealed, so that it can be taken out. */
export async function resealSecrets({ clients, vault }: Pick<CoreDeps, 'clients' | 'vault'>): Promise<void> {
  for (const client of await clients.withSealedSecrets()) {
    const opened = (client.sealedSecrets ?? []).map((sealed) => vault.open(sealed, contextOf(client)))
    if (!opened.some(({ isStale }) => isStale)) continue
    await clients.reseal(
      client,
      opened.map(({ text }) => sealSecret(text, client, vault)),
    )
  }
}
