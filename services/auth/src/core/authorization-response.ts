import type { Asker } from './authorization-request.ts'
import type { OAuthError } from './errors.ts'

/** What the client is told, and how it travels (RFC 6749 section 4.1.2). */
export interface AuthorizationResponse extends Pick<Asker, 'client' | 'redirect_uri' | 'response_mode'> {
  params: Record<string, string>
}

/** An answer with `state` and `iss` (RFC 6749 section 4.1.2, RFC 9207 section 2). */
export function responseTo(asker: Asker, answer: Record<string, string>, issuer: string): AuthorizationResponse {
  const { client, redirect_uri, response_mode, state } = asker
  return { client, redirect_uri, response_mode, params: { ...answer, ...(state !== undefined && { state }), iss: issuer } }
}

/** The same for a failure (RFC 6749 section 4.1.2.1). */
export const failureOf = (asker: Asker, error: OAuthError, issuer: string): AuthorizationResponse =>
  responseTo(asker, { error: error.code, error_description: error.message }, issuer)

/** The address with the answer in its query, beside what was registered there (RFC 6749 section 3.1.2). */
export const queryUrl = ({ redirect_uri, params }: AuthorizationResponse): string =>
  `${redirect_uri}${redirect_uri.includes('?') ? '&' : '?'}${new URLSearchParams(params)}`

/** The address with the answer in its fragment, which no server sees (OAuth 2.0 Multiple Response Type Encoding Practices section 2.1). */
export const fragmentUrl = ({ redirect_uri, params }: AuthorizationResponse): string =>
  `${redirect_uri}#${new URLSearchParams(params)}`

/**
 * Where a link leads a person back to the app: its home page; without one the root of its site, or the redirect URI itself where an app of the
 * device answers.
 */
export function homeOf({ client, redirect_uri }: Asker): string {
  if (client.client_uri !== null) return client.client_uri
  return /^https?:/i.test(redirect_uri) ? new URL('/', redirect_uri).href : redirect_uri
}
