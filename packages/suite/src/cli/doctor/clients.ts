import { exportDocument } from '@menshen/auth/admin/export'
import type { AdminDeps } from '@menshen/auth/admin/open'
import { redirectUriFault } from '@menshen/auth/admin/redirect-uri'
import { ownScopes } from '@menshen/auth/core/scope'
import type { Client } from '@menshen/auth/core/types'
import { type Diagnosis, failure, fine, warning } from './diagnosis.ts'

/** Clients that can not work as they are registered. */
export async function clientDiagnoses(admin: AdminDeps): Promise<Diagnosis[]> {
  const { clients, apis } = (await exportDocument({ withUsers: false }, admin)) as unknown as {
    clients: Client[]
    apis: Array<{ scopes: Array<{ name: string }> }>
  }
  const scopes: string[] = [...ownScopes, ...apis.flatMap((api) => api.scopes.map(({ name }) => name))]
  const diagnoses = clients.flatMap((client) => [
    ...redirectDiagnoses(client, admin.config.issuer),
    ...scopeDiagnoses(client, scopes),
  ])
  const count = fine('clients', `${clients.length}, with redirect URIs and scopes that can work`)
  return [...(diagnoses.length > 0 ? diagnoses : [count]), ...compatDiagnoses(clients)]
}

function redirectDiagnoses({ client_id, redirect_uris, grant_types }: Client, issuer: string): Diagnosis[] {
  const check = `client ${client_id}`
  if (grant_types.includes('authorization_code') && redirect_uris.length === 0)
    return [failure(check, 'it has authorization_code and no redirect_uris', 'register where people are sent back to')]
  return redirect_uris.flatMap((uri) => {
    const fault = redirectUriFault(uri)
    if (fault !== undefined) return [failure(check, `${uri} ${fault}`, 'register one that can work: menshen apply')]
    if (new URL(uri).origin === new URL(issuer).origin)
      return [warning(check, `${uri} leads to auth itself`, 'register the address of the app')]
    return []
  })
}

function scopeDiagnoses({ client_id, scope }: Client, known: readonly string[]): Diagnosis[] {
  const strange = scope.split(' ').filter((name) => name !== '' && !known.includes(name))
  if (strange.length === 0) return []
  return [
    warning(
      `client ${client_id}`,
      `no API has ${strange.join(' ')}`,
      'register the API, or take them out: they are never granted',
    ),
  ]
}

/** What is weaker than the core is said, once for all clients that use it. */
function compatDiagnoses(clients: readonly Client[]): Diagnosis[] {
  const used = clients.flatMap(({ client_id, dialect, response_types }) => [
    ...(dialect ? [{ name: dialect, client_id }] : []),
    ...(response_types.includes('token') ? [{ name: 'implicit', client_id }] : []),
  ])
  return [...new Set(used.map(({ name }) => name))].sort().map((name) => {
    const ids = used.filter((use) => use.name === name).map(({ client_id }) => client_id)
    return warning(
      `COMPAT ${name}`,
      `${ids.length} ${ids.length === 1 ? 'client uses' : 'clients use'} it, which is weaker than OAuth as it is today: ${someOf(ids)}`,
      'move them when you can: docs/guides/move-from-another-server.md',
    )
  })
}

/** As many as a line holds; `client list` has all. */
const someOf = (ids: readonly string[]) => [...ids.slice(0, 5), ...(ids.length > 5 ? ['…'] : [])].join(', ')
