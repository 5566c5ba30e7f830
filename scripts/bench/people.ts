import { sha256 } from '@menshen/auth/core/secrets'
import type { Api, Client } from '@menshen/auth/core/types'

/** Who takes part: people, three clients and an API. */
export const alice = {
  sub: 'sub-alice',
  username: 'alice',
  password: 'correct horse battery staple',
  claims: { name: 'Alice Liu' },
}
/** Who sign in all at once: each with a name of their own, as guesses at one name have to wait. */
export const crowd = Array.from({ length: 16 }, (_, i) => ({ ...alice, sub: `sub-${i}`, username: `person-${i}` }))

const secretOf = (client_id: string) => `secret of ${client_id} `.padEnd(40, 'x')

/** The Authorization header of a client (RFC 6749 section 2.3.1). */
export const basic = ({ client_id }: Client): string =>
  `Basic ${Buffer.from(`${client_id}:${encodeURIComponent(secretOf(client_id))}`).toString('base64')}`

const client = (fields: Partial<Client> & Pick<Client, 'client_id' | 'grant_types' | 'scope'>): Client =>
  ({
    client_name: fields.client_id,
    client_uri: null,
    token_endpoint_auth_method: 'client_secret_basic',
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: 'ES256',
    first_party: true,
    require_pkce: false,
    secretHashes: [sha256(secretOf(fields.client_id))],
    version: 1,
    ...fields,
  }) as Client

export const reportJob = client({ client_id: 'report-job', grant_types: ['client_credentials'], scope: 'learning:read' })
export const webModule = client({
  client_id: 'web-module',
  redirect_uris: ['https://app.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'openid learning:read',
})
export const mobileApp = client({
  client_id: 'mobile-app',
  token_endpoint_auth_method: 'none',
  grant_types: ['password', 'refresh_token'],
  scope: 'learning:read',
  secretHashes: [],
})

export const openApi: Api = {
  resource: 'http://localhost:8063',
  name: 'open-api',
  scopes: [{ name: 'learning:read', description: 'See your courses and progress' }],
  access_token_ttl: null,
  access_token_signing_alg: 'ES256',
  client_ids: [],
  version: 1,
}
