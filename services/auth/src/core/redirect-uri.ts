import { OAuthError } from './errors.ts'
import type { Client } from './types.ts'

/**
 * Proves the redirect URI of a request: exactly one of those registered, compared as text (RFC 9700 section 4.1.3); it may be left out when one is
 * registered and the request is no OpenID request (OpenID Connect Core section 3.1.2.1). @throws OAuthError invalid_request, for a page: nothing
 * may be redirected.
 */
export function requireRedirectUri(requested: string | undefined, client: Client, { openid }: { openid: boolean }): string {
  const [only, ...others] = client.redirect_uris
  if (requested === undefined) {
    if (only !== undefined && others.length === 0 && !openid) return only
    throw new OAuthError('invalid_request', 'redirect_uri is missing')
  }
  if (!client.redirect_uris.includes(requested)) {
    throw new OAuthError('invalid_request', 'redirect_uri is not registered for this client', {
      detail: { redirect_uri: requested },
    })
  }
  return requested
}
