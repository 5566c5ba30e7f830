import { OAuthError } from './errors.ts'
import type { CoreConfig } from './ports.ts'
import type { Client } from './types.ts'

/**
 * Proves the redirect URI of a request: exactly one of those registered, compared as text (RFC 9700 section 4.1.3); it may be left out when one is
 * registered and the request is no OpenID request (OpenID Connect Core section 3.1.2.1). @throws OAuthError invalid_request, for a page: nothing
 * may be redirected.
 */
export function requireRedirectUri(requested: string | undefined, client: Client, { openid }: { openid: boolean }): string {
  const [only, ...others] = client.redirect_uris
  const { client_id } = client
  if (requested === undefined) {
    if (only !== undefined && others.length === 0 && !openid) return only
    throw new OAuthError('invalid_request', 'redirect_uri is missing', { detail: { client_id } })
  }
  if (!client.redirect_uris.some((registered) => isSame(requested, registered, client))) {
    throw new OAuthError('invalid_request', 'redirect_uri is not registered for this client', {
      detail: { client_id, redirect_uri: requested },
    })
  }
  return requested
}

/** The port of a native app's loopback address is what the system gave it at the time; all else is compared as text (RFC 8252 section 7.3). */
function isSame(requested: string, registered: string, client: Client): boolean {
  if (requested === registered) return true
  if (!isPublic(client) || !URL.canParse(requested)) return false
  const [, host, rest] = loopback.exec(requested) ?? []
  const [, registeredHost, registeredRest] = loopback.exec(registered) ?? []
  return host !== undefined && host === registeredHost && rest === registeredRest
}

/** http to this machine: host, then what follows the port. */
const loopback = /^http:\/\/(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?((?:[/?].*)?)$/

/**
 * Whether any program of the device could pose as this client: it has no secret, and no owner of a web address answers for the redirect URI
 * (RFC 8252 section 8.6), unless a developer does on their own machine.
 */
export const mayBeImpersonated = (
  client: Client,
  redirect_uri: string,
  { loopbackWebOrigins }: Pick<CoreConfig, 'loopbackWebOrigins'>,
): boolean =>
  isPublic(client) && ownedHost(redirect_uri) === undefined && !loopbackWebOrigins.includes(new URL(redirect_uri).origin)

const isPublic = ({ token_endpoint_auth_method }: Client) => token_endpoint_auth_method === 'none'

/** The host that answers for a redirect URI; a private-use scheme has none, and the names of this machine, however they are written, are everybody's. */
export function ownedHost(uri: string): string | undefined {
  const { protocol, hostname } = new URL(uri)
  return protocol === 'https:' && !isThisMachine(hostname) ? hostname : undefined
}

/** `hostname`: as a URL parser writes it (URL Standard section 3.5). */
export const isThisMachine = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
