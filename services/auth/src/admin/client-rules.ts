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

  ({ grant_types, redirect_uris }) =>
    when(
      grant_types?.includes('authorization_code') && redirect_uris?.length === 0,
      'redirect_uris',
      'is missing: authorization_code needs one (RFC 7591 section 2)',
    ),

  ({ grant_types, response_types }) =>
    when(
      response_types && grant_types && response_types.includes('code') !== grant_types.includes('authorization_code'),
      'response_types',
      'must have code exactly when grant_types has authorization_code (RFC 7591 section 2.1)',
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

  ({ grant_types, token_endpoint_auth_method }) =>
    when(
      grant_types?.includes('client_credentials') && token_endpoint_auth_method === 'none',
      'grant_types',
      'must not have client_credentials: a public client has none (RFC 6749 section 4.4)',
    ),

  ({ client_secret, token_endpoint_auth_method }) =>
    when(
      client_secret !== undefined && token_endpoint_auth_method === 'none',
      'client_secret',
      'must not be there: with token_endpoint_auth_method none a client is public (RFC 6749 section 2.1)',
    ),

  ({ client_id, client_secret, token_endpoint_auth_method }, { stored }) => {
    const isConfidential = token_endpoint_auth_method !== undefined && token_endpoint_auth_method !== 'none'
    const hasSecret = client_secret !== undefined || (stored.clients.get(client_id ?? '')?.secretHashes.length ?? 0) > 0
    return when(isConfidential && !hasSecret, 'client_secret', 'is missing: a confidential client needs one when it is created')
  },
]
