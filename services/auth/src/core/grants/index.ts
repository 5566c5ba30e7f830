import { OAuthError } from '../errors.ts'
import { printable } from '../params.ts'
import type { Client } from '../types.ts'
import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import type { GrantHandler } from './grant-handler.ts'
import { password } from './password.ts'
import { refreshToken } from './refresh-token.ts'

/** Every grant this server knows; a new one is a file and a line here. */
export const grantHandlers: readonly GrantHandler[] = [authorizationCode, refreshToken, clientCredentials, password]

/** The handler of a `grant_type`, when this client may use it (RFC 6749 section 5.2). */
export function grantFor(grant_type: string, client: Client): GrantHandler {
  const handler = grantHandlers.find(({ type }) => type === grant_type)
  if (!handler) throw new OAuthError('unsupported_grant_type', `the grant type ${printable(grant_type)} is not known here`)
  if (!client.grant_types.includes(grant_type))
    throw new OAuthError('unauthorized_client', `this client is not registered for ${grant_type}`)
  return handler
}
