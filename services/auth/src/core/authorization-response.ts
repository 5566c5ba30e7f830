import type { Asker } from './authorization-request.ts'
import type { OAuthError } from './errors.ts'

/** The address that carries an answer back to the client, with `state` and `iss` (RFC 6749 section 4.1.2, RFC 9207 section 2). */
export function responseUrl(
  { redirect_uri, response_mode, state }: Asker,
  answer: Record<string, string>,
  issuer: string,
): string {
  const params = new URLSearchParams({ ...answer, ...(state !== undefined && { state }), iss: issuer })
  if (response_mode === 'fragment') return `${redirect_uri}#${params}`
  return `${redirect_uri}${redirect_uri.includes('?') ? '&' : '?'}${params}`
}

/** The same for a failure (RFC 6749 section 4.1.2.1). */
export const errorUrl = (asker: Asker, error: OAuthError, issuer: string): string =>
  responseUrl(asker, { error: error.code, error_description: error.message }, issuer)
