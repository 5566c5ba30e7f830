import { isThisMachine } from '../core/redirect-uri.ts'

/** The characters of a URI (RFC 3986 appendix A); URL parsers silently drop or mend others. */
const absoluteUri = /^([a-z][a-z0-9+.-]*):[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/i

/** What the answer adds to the query (RFC 6749 section 4.1.2, RFC 9207 section 2). */
const answers = ['code', 'state', 'iss', 'error', 'error_description']

/**
 * Why a redirect URI may not be registered, in words that follow its path; nothing when it may: https, http to this machine, or a private-use
 * scheme with a dot (RFC 6749 section 3.1.2, RFC 8252 sections 7.1 and 7.3, RFC 9700 section 4.1).
 */
export const redirectUriFault = (uri: string): string | undefined => targetFault(uri, answers)

/** The same of an address to go to after a sign-out, which is told the `state` only (RP-Initiated Logout section 3). */
export const postLogoutRedirectUriFault = (uri: string): string | undefined => targetFault(uri, ['state'])

function targetFault(uri: string, ours: readonly string[]): string | undefined {
  if (uri.includes('#')) return 'must not have a fragment (RFC 6749 section 3.1.2)'
  if (uri.includes('*')) return 'must not have a wildcard: redirect URIs are compared as text (RFC 9700 section 4.1.3)'
  const [, scheme = ''] = absoluteUri.exec(uri) ?? []
  if (!URL.canParse(uri) || scheme === '') return 'must be an absolute URI'
  if (/^[^:]+:\/\/[^/?]*@/.test(uri)) return 'must not name a user'
  return queryFault(uri, ours) ?? schemeFault(uri, scheme.toLowerCase())
}

/** An app that reads the first of two takes what is registered for what auth answers (RFC 6749 section 3.1: none stands twice). */
function queryFault(uri: string, ours: readonly string[]): string | undefined {
  const { searchParams } = new URL(uri)
  const taken = ours.find((name) => searchParams.has(name))
  return taken && `must not have the query parameter ${taken}: auth adds its own when it answers (RFC 6749 section 4.1.2)`
}

function schemeFault(uri: string, scheme: string): string | undefined {
  if (scheme === 'http' || scheme === 'https') return webFault(uri, scheme)
  return scheme.includes('.')
    ? undefined
    : 'must be https, http to this machine, or a private-use scheme with a dot such as com.example.app:/callback (RFC 8252 section 7.1)'
}

function webFault(uri: string, scheme: 'http' | 'https'): string | undefined {
  if (!/^https?:\/\/[^/?]/i.test(uri)) return `must name a host after ${scheme}://`
  if (scheme === 'https' || isThisMachine(new URL(uri).hostname)) return undefined
  return 'must be https: plain http is for localhost and loopback addresses only (RFC 8252 section 7.3)'
}

/** Why an address that we are to ask or tell may not be registered, in words that follow its path: what goes over must stay unchanged. */
export function clientAddressFault(uri: string): string | undefined {
  const [, scheme = ''] = absoluteUri.exec(uri) ?? []
  if (!URL.canParse(uri) || uri.includes('#') || !/^https?$/i.test(scheme)) return 'must be an https URL without fragment'
  if (/^[^:]+:\/\/[^/?]*@/.test(uri)) return 'must not name a user'
  return webFault(uri, scheme.toLowerCase() as 'http' | 'https')
}
