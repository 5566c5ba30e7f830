import { sha256 } from '../../src/core/secrets.ts'
import type { Api, Client } from '../../src/core/types.ts'

/** The people, apps and APIs that tests are about. */
export interface TestClient extends Client {
  secret?: string
}

export const alice = {
  sub: 'sub-alice',
  username: 'Alice',
  password: 'correct horse battery staple',
  claims: { name: 'Alice Liu' },
}
export const bob = { sub: 'sub-bob', username: 'bob', password: 'the other password of bob', claims: { name: 'Bob' } }

const callback = 'https://app.example/callback'
const base = {
  client_uri: null,
  redirect_uris: [callback],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'openid profile offline_access learning:read',
  id_token_signed_response_alg: 'RS256',
  first_party: false,
  require_pkce: false,
  secretHashes: [],
  version: 1,
} satisfies Partial<Client>

const withSecret = (client_id: string) => {
  const secret = `secret of ${client_id} `.padEnd(40, 'x')
  return { client_id, secret, secretHashes: [sha256(secret)] }
}

/** A third party's site. */
export const bookshop: TestClient = {
  ...base,
  ...withSecret('bookshop'),
  client_name: 'Bookshop',
  token_endpoint_auth_method: 'client_secret_basic',
}
/** Another one. */
export const library: TestClient = {
  ...base,
  ...withSecret('library'),
  client_name: 'Library',
  token_endpoint_auth_method: 'client_secret_post',
  id_token_signed_response_alg: 'ES256',
}
/** A third party's app without a secret. */
export const reader: TestClient = { ...base, client_id: 'reader', client_name: 'Reader', token_endpoint_auth_method: 'none' }
/** One of our own web modules. */
export const projectCenter: TestClient = {
  ...base,
  ...withSecret('project-center'),
  client_name: 'Project Center',
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'openid profile project:read project:write user:read',
  first_party: true,
}
/** Our mobile app. */
export const mobileApp: TestClient = {
  ...base,
  client_id: 'mobile-app',
  client_name: 'Mobile App',
  token_endpoint_auth_method: 'none',
  redirect_uris: [],
  response_types: [],
  grant_types: ['password', 'refresh_token'],
  scope: 'openid profile offline_access user:read project:read learning:read',
  first_party: true,
}
/** A server that acts for itself. */
export const reportJob: TestClient = {
  ...base,
  ...withSecret('report-job'),
  client_name: 'Report Job',
  token_endpoint_auth_method: 'client_secret_basic',
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  scope: 'user:list learning:read',
}

/** A third party's app that registered for a grant it must not use. */
export const kiosk: TestClient = {
  ...base,
  client_id: 'kiosk',
  client_name: 'Kiosk',
  token_endpoint_auth_method: 'none',
  grant_types: ['password', 'client_credentials'],
  scope: 'openid learning:read',
}
/** A server that acts for itself and registered for scopes about a person. */
export const nosyJob: TestClient = {
  ...reportJob,
  ...withSecret('nosy-job'),
  client_name: 'Nosy Job',
  grant_types: ['client_credentials', 'refresh_token'],
  scope: 'openid profile email address phone offline_access user:list',
}
/** A site that wants PKCE though it has a secret. */
export const bank: TestClient = { ...bookshop, ...withSecret('bank'), client_name: 'Bank', require_pkce: true }
/** Two that may be redirected to but registered only one half of the code flow. */
export const noCodeGrant: TestClient = { ...bookshop, ...withSecret('no-code-grant'), grant_types: ['refresh_token'] }
export const noCodeResponse: TestClient = { ...bookshop, ...withSecret('no-code-response'), response_types: [] }

export const testClients = [
  bookshop,
  library,
  reader,
  projectCenter,
  mobileApp,
  reportJob,
  kiosk,
  nosyJob,
  bank,
  noCodeGrant,
  noCodeResponse,
]

const api = (resource: string, name: string, ...scopes: string[]): Api => ({
  resource,
  name,
  scopes: scopes.map((scope) => ({ name: scope, description: `Do ${scope}` })),
  access_token_ttl: null,
  access_token_signing_alg: 'ES256',
  client_ids: [],
  version: 1,
})
export const userApi = api('http://localhost:8061', 'user-api', 'user:read', 'user:write', 'user:list')
export const projectApi = api('http://localhost:8062', 'project-api', 'project:read', 'project:write')
export const openApi = api('http://localhost:8063', 'open-api', 'learning:read', 'learning:write')
export const testApis = [userApi, projectApi, openApi]

/** The credentials of a client in an Authorization header (RFC 6749 section 2.3.1). */
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
