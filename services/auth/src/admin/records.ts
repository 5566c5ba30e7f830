import { grantTypeOf, responseTypes } from '../core/authorization-request.ts'
import { clientAuthenticationMethods } from '../core/client-authentication/index.ts'
import { openSecrets, sealSecret } from '../core/client-secrets.ts'
import { scopesOf } from '../core/scope.ts'
import { sha256 } from '../core/secrets.ts'
import type { Client, User } from '../core/types.ts'
import type { Vault } from '../core/vault.ts'
import type { OpenVault } from './plan.ts'
import type { ClientEntry, UserEntry } from './schemas.ts'

/** The client that an entry describes, whole: what it leaves out has its default (RFC 7591 section 2), but for the secret, which then stays. */
export async function clientOf(
  { client_secret, ...metadata }: ClientEntry,
  stored: Client | undefined,
  openVault: OpenVault,
): Promise<Omit<Client, 'version'>> {
  return {
    ...metadata,
    client_name: metadata.client_name ?? metadata.client_id,
    response_types: metadata.response_types ?? responseTypes.filter((type) => metadata.grant_types.includes(grantTypeOf[type])),
    scope: [...new Set(scopesOf(metadata.scope))].join(' '),
    ...(await secretsOf({ client_secret, ...metadata }, stored, openVault)),
  }
}

type Secrets = Pick<Client, 'secretHashes' | 'sealedSecrets'>

/** The secrets as the client's method needs them, hashed or sealed: never both. */
async function secretsOf(entry: ClientEntry, stored: Client | undefined, openVault: OpenVault): Promise<Secrets> {
  const credential = clientAuthenticationMethods.find(({ method }) => method === entry.token_endpoint_auth_method)?.credential
  return {
    secretHashes: credential === 'secretHashes' ? secretHashes(entry, stored) : [],
    sealedSecrets: credential === 'sealedSecrets' ? sealedSecrets(entry, stored, await openVault()) : null,
  }
}

/** A secret in force, also one of several while they are replaced, changes nothing; another one replaces them all. */
function secretHashes({ client_secret }: ClientEntry, stored: Client | undefined): string[] {
  const inForce = stored?.secretHashes ?? []
  if (client_secret === undefined || inForce.includes(sha256(client_secret))) return inForce
  return [sha256(client_secret)]
}

function sealedSecrets({ client_id, client_secret }: ClientEntry, stored: Client | undefined, vault: Vault): string[] {
  const inForce = stored?.sealedSecrets ?? []
  if (client_secret === undefined || openSecrets({ client_id, sealedSecrets: inForce }, vault).includes(client_secret))
    return inForce
  return [sealSecret(client_secret, { client_id }, vault)]
}

/** What an entry says of a person: their name and claims; a claim that it leaves out stays as it is. */
export function profileOf(
  { username, password: _, sub: _sub, ...claims }: UserEntry,
  stored: User | undefined,
): Pick<User, 'preferred_username' | 'claims'> {
  return { preferred_username: username, claims: mergedClaims(stored?.claims ?? {}, claims) }
}

/** A new e-mail address or phone number is unverified until the file says otherwise. */
function mergedClaims(stored: User['claims'], given: User['claims']): User['claims'] {
  const isNew = (name: string) => given[name] !== undefined && given[name] !== stored[name]
  const doubtful = ['email', 'phone_number'].filter((name) => isNew(name) && stored[`${name}_verified`] !== undefined)
  const unverified = Object.fromEntries(doubtful.map((name) => [`${name}_verified`, false]))
  return { ...stored, ...unverified, ...withoutUndefined(given) }
}

const withoutUndefined = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
