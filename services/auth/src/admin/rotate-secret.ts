import { clientAuthenticationMethods } from '../core/client-authentication/index.ts'
import { sealSecret } from '../core/client-secrets.ts'
import { newSecret, sha256 } from '../core/secrets.ts'
import type { Client } from '../core/types.ts'
import type { Vault } from '../core/vault.ts'
import { type ClientDeps, changeClient, findClient, type ShownClient } from './clients.ts'
import type { OpenVault } from './plan.ts'
import { Refusal } from './refusal.ts'

export type SecretDeps = ClientDeps & { openVault: OpenVault }

/**
 * Gives a client another secret, told here and never again. The last one stays in force beside it with `keep`, until `dropOldSecrets`.
 * @throws NotFound, Refusal when the client has no secrets.
 */
export async function rotateSecret(
  client_id: string,
  { keep }: { keep: boolean },
  deps: SecretDeps,
): Promise<{ client: ShownClient; client_secret: string }> {
  const credential = credentialOf(await findClient(client_id, deps))
  const client_secret = newSecret()
  const vault = credential === 'sealedSecrets' ? await deps.openVault() : undefined
  const stored = storedForm(client_secret, client_id, vault)
  const change = (client: Client) => ({ [credential]: [stored, ...(client[credential] ?? []).slice(0, keep ? 1 : 0)] })
  return { client: await changeClient(client_id, 'client.updated', change, deps), client_secret }
}

/** Leaves the newest secret in force alone. */
export async function dropOldSecrets(client_id: string, deps: SecretDeps): Promise<ShownClient> {
  const credential = credentialOf(await findClient(client_id, deps))
  const change = (client: Client) => {
    const inForce = client[credential] ?? []
    return inForce.length > 1 && { [credential]: inForce.slice(0, 1) }
  }
  return changeClient(client_id, 'client.updated', change, deps)
}

const storedForm = (secret: string, client_id: string, vault: Vault | undefined): string =>
  vault ? sealSecret(secret, { client_id }, vault) : sha256(secret)

function credentialOf({ client_id, token_endpoint_auth_method }: Client): 'secretHashes' | 'sealedSecrets' {
  const known = clientAuthenticationMethods.find(({ method }) => method === token_endpoint_auth_method)?.credential
  if (known === 'secretHashes' || known === 'sealedSecrets') return known
  throw new Refusal(`${client_id} has no secret: its token_endpoint_auth_method is ${token_endpoint_auth_method}`)
}
