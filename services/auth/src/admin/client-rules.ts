import { grantTypeOf, responseTypes } from '../core/authorization-request.ts'
import { shortestSecret } from '../core/client-authentication/assertion.ts'
import { type ClientAuthenticationMethod, clientAuthenticationMethods } from '../core/client-authentication/index.ts'
import { ownedHost } from '../core/redirect-uri.ts'
import { includesScope, revocationScope } from '../core/scope.ts'
import type { Dialect } from '../core/types.ts'
import { earlier, type Rule, when } from './rule.ts'
import type { ClientEntry } from './schemas.ts'

/** What must hold across the fields of a client, and between clients. */
export const clientRules: ReadonlyArray<Rule<ClientEntry>> = [
  (_client, { document, index }) => {
    const first = earlier(document.clients, index, ({ client_id }) => client_id)
    return when(first !== undefined, 'client_id', `is that of clients[${first}], too`)
  },

  ({ client_id }, { stored }) =>
    when(
      client_id !== undefined && stored.subs.has(client_id),
      'client_id',
      'is the sub of a user: a client could pass for a person (RFC 9700 section 4.15)',
    ),

  ({ grant_types, redirect_uris }) => {
    const redirecting = grant_types?.find((type) => type === grantTypeOf.code || type === grantTypeOf.token)
    return when(
      redirecting !== undefined && redirect_uris?.length === 0,
      'redirect_uris',
      `is missing: ${redirecting} needs one (RFC 7591 section 2)`,
    )
  },

  ({ grant_types, response_types }) =>
    responseTypes.flatMap((type) =>
      when(
        response_types && grant_types && response_types.includes(type) !== grant_types.includes(grantTypeOf[type]),
        'response_types',
        `must have ${type} exactly when grant_types has ${grantTypeOf[type]} (RFC 7591 section 2.1)`,
      ),
    ),

  ({ grant_types }) =>
    when(
      grant_types?.includes('refresh_token') && !grant_types.includes('authorization_code') && !grant_types.includes('password'),
      'grant_types',
      'has refresh_token, but nothing that would give one: authorization_code or password',
    ),

  ({ grant_types, first_party }) =>
    when(
      grant_types?.includes('password') && first_party === false,
      'grant_types',
      'must not have password: people type theirs into first_party clients only',
    ),

  ({ scope = '', first_party }, { document, stored }) => {
    const apis = [
      ...document.apis,
      ...stored.apis.filter(({ resource }) => !document.apis.some((api) => api.resource === resource)),
    ]
    const ofApis = apis.flatMap(({ scopes = [] }) => scopes.filter((known) => known.first_party === true).map(({ name }) => name))
    const kept = [revocationScope, ...ofApis]
    const taken = scope.split(' ').filter((name) => kept.includes(name))
    return when(
      first_party === false && taken.length > 0,
      'scope',
      `must not have ${taken.join(' ')}: it is for first_party clients only`,
    )
  },

  ({ grant_types, token_endpoint_auth_method }) =>
    when(
      grant_types?.includes('client_credentials') && token_endpoint_auth_method === 'none',
      'grant_types',
      'must not have client_credentials: a public client has none (RFC 6749 section 4.4)',
    ),

  ({ subject_type, sector_identifier_uri, redirect_uris }) => {
    const hosts = new Set(redirect_uris?.map(ownedHost))
    return when(
      subject_type === 'pairwise' &&
        sector_identifier_uri === null &&
        redirect_uris &&
        (hosts.size !== 1 || hosts.has(undefined)),
      'sector_identifier_uri',
      'is missing: pairwise subjects need it unless all redirect URIs have one host of their own (OpenID Connect Core section 8.1)',
    )
  },

  (client) =>
    when(
      client.client_secret !== undefined && methodOf(client)?.credential === null,
      'client_secret',
      'must not be there: with token_endpoint_auth_method none a client is public (RFC 6749 section 2.1)',
    ),

  (client) =>
    when(
      client.client_secret !== undefined && methodOf(client)?.credential === 'jwks',
      'client_secret',
      'must not be there: with private_key_jwt a client has none',
    ),

  (client, { stored }) => {
    const credential = methodOf(client)?.credential
    if (client.client_secret !== undefined || (credential !== 'secretHashes' && credential !== 'sealedSecrets')) return []
    const inForce = stored.clients.get(client.client_id ?? '')?.[credential] ?? []
    return when(inForce.length === 0, 'client_secret', missing[credential])
  },

  (client) => {
    const { jwks, jwks_uri } = client
    const isByKeys = methodOf(client)?.credential === 'jwks'
    const has = { jwks: Boolean(jwks), jwks_uri: Boolean(jwks_uri) }
    const text = 'must not be there: only private_key_jwt looks at keys'
    return [
      ...when(
        isByKeys && jwks === null && jwks_uri === null,
        'jwks',
        'is missing, or jwks_uri: private_key_jwt needs the public keys of the client',
      ),
      ...when(has.jwks && has.jwks_uri, 'jwks_uri', 'must not be there beside jwks (RFC 7591 section 2)'),
      ...when(has.jwks && methodOf(client) && !isByKeys, 'jwks', text),
      ...when(has.jwks_uri && methodOf(client) && !isByKeys, 'jwks_uri', text),
    ]
  },

  // a backchannel_logout_uri may be http to this machine: it carries no secret, and PRIVATE_CLIENT_URIS decides whether it is told
  (client, { issuer }) =>
    (['jwks_uri', 'frontchannel_logout_uri'] as const).flatMap((field) =>
      when(client[field]?.startsWith('http:') && issuer.startsWith('https:'), field, 'must be https, as the issuer is'),
    ),

  ({ frontchannel_logout_uri, redirect_uris }) =>
    when(
      typeof frontchannel_logout_uri === 'string' &&
        redirect_uris &&
        !redirect_uris.some((uri) => new URL(uri).origin === new URL(frontchannel_logout_uri).origin),
      'frontchannel_logout_uri',
      'must have scheme, host and port of a redirect URI (Front-Channel Logout section 2)',
    ),

  (client) => {
    const { algorithms = [] } = methodOf(client) ?? {}
    const alg = client.token_endpoint_auth_signing_alg
    return when(
      typeof alg === 'string' && methodOf(client) && !algorithms.includes(alg),
      'token_endpoint_auth_signing_alg',
      algorithms.length > 0 ? `must be one of ${algorithms.join(', ')}` : 'must not be there: this client signs no assertions',
    )
  },

  ({ client_secret, dialect }) =>
    when(
      client_secret !== undefined && client_secret.length < 32 && dialect === null,
      'client_secret',
      'must be 32 to 256 printable ASCII characters',
    ),

  ({ client_id = '', dialect }, { stored }) => {
    const { dialect: before = null } = stored.clients.get(client_id) ?? { dialect }
    return when(
      dialect !== undefined && dialect !== before,
      'dialect',
      `must stay ${before}: what this client holds, and its secret, were made for that; an app that moves gets a client of its own`,
    )
  },

  ({ dialect, token_endpoint_auth_method: method }) =>
    when(
      Boolean(dialect) && method !== 'client_secret_basic' && method !== 'client_secret_post',
      'token_endpoint_auth_method',
      `must be client_secret_basic or client_secret_post: dialect ${dialect} knows no other`,
    ),

  ({ dialect, grant_types = [] }) => {
    const known: readonly string[] = dialect ? dialectGrants[dialect] : grant_types
    return when(
      !grant_types.every((type) => known.includes(type)),
      'grant_types',
      `must have none but ${known.join(', ')}: dialect ${dialect} knows no other`,
    )
  },

  ({ dialect, scope }) =>
    when(
      dialect === 'wechat' && scope !== undefined && !includesScope(scope, 'openid'),
      'scope',
      'must have openid: each scope of WeChat gives at least that',
    ),

  ({ client_secret, token_endpoint_auth_signing_alg }) => {
    const shortest = shortestSecret[token_endpoint_auth_signing_alg ?? ''] ?? 0
    return when(
      client_secret !== undefined && client_secret.length < shortest,
      'client_secret',
      `must have ${shortest} characters or more for ${token_endpoint_auth_signing_alg} (RFC 7518 section 3.2)`,
    )
  },
]

const dialectGrants = {
  authserver: ['authorization_code', 'refresh_token'],
  egg: ['authorization_code', 'refresh_token', 'password', 'client_credentials'],
  wechat: ['authorization_code', 'refresh_token'],
} as const satisfies Record<Dialect, readonly string[]>

const methodOf = ({ token_endpoint_auth_method }: Partial<ClientEntry>): ClientAuthenticationMethod | undefined =>
  clientAuthenticationMethods.find(({ method }) => method === token_endpoint_auth_method)

const missing = {
  secretHashes: 'is missing: a confidential client needs one when it is created',
  sealedSecrets: 'is missing: client_secret_jwt needs one when it is registered, as a hashed secret can not be read',
}
