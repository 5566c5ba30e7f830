import { acrs } from './acr.ts'
import { displays, offeredResponseTypes, type Prompt, responseModes } from './authorization-request.ts'
import { standardClaims } from './claims.ts'
import { assertionAlgorithms, clientAuthenticationMethods } from './client-authentication/index.ts'
import { grantHandlers } from './grants/index.ts'
import type { CoreConfig } from './ports.ts'
import { ownScopes } from './scope.ts'
import { signingAlgorithms } from './signing-keys.ts'
import { subjectTypes } from './subject.ts'
import type { Api } from './types.ts'

interface Described {
  issuer: string
  apis: readonly Api[]
  /** The languages of its pages. */
  ui_locales: readonly string[]
  prompts: readonly Prompt[]
  frontchannelLogout: boolean
  compat: CoreConfig['compat']
}

/** What this server can do, from the very lists it works by (RFC 8414 section 2, OpenID Connect Discovery section 3). */
export function metadata({ issuer, apis, ui_locales, prompts, frontchannelLogout, compat }: Described): Record<string, unknown> {
  const methods = clientAuthenticationMethods.map(({ method }) => method)
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    userinfo_endpoint: `${issuer}/oauth2/userinfo`,
    jwks_uri: `${issuer}/oauth2/jwks`,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    scopes_supported: [...ownScopes, ...apis.flatMap(({ scopes }) => scopes.map(({ name }) => name))],
    response_types_supported: offeredResponseTypes({ compat }),
    response_modes_supported: responseModes,
    grant_types_supported: [...grantHandlers.map(({ type }) => type), ...compat.filter((name) => name === 'implicit')],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_endpoint_auth_methods_supported: methods.filter((method) => method !== 'none'),
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    end_session_endpoint: `${issuer}/oauth2/end_session`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: frontchannelLogout,
    frontchannel_logout_session_supported: frontchannelLogout,
    authorization_response_iss_parameter_supported: true,
    subject_types_supported: subjectTypes,
    id_token_signing_alg_values_supported: signingAlgorithms,
    acr_values_supported: acrs,
    prompt_values_supported: prompts,
    display_values_supported: displays,
    claims_supported: [
      'iss',
      'sub',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'acr',
      'amr',
      'at_hash',
      'sid',
      ...standardClaims,
    ],
    claims_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    ui_locales_supported: ui_locales,
    ...(compat.length > 0 && { menshen_compat: compat }), // weaker ways, for clients that registered for them alone
  }
}
