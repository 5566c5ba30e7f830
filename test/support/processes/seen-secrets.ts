import type { IncomingHttpHeaders } from 'node:http'

/** One request and its answer, as a proxy saw them. */
export interface Exchange {
  url: string
  headers: IncomingHttpHeaders
  body: string
  answer: { headers: IncomingHttpHeaders; body: string }
}

/** Parameters and members that are secret (RFC 6749, RFC 7009, RFC 7523, RFC 7636, OpenID Connect), wherever they stand. */
const secretNames = [
  'password',
  'new_password',
  'code',
  'code_verifier',
  'access_token',
  'refresh_token',
  'id_token',
  'id_token_hint',
  'token',
  'logout_token',
  'client_secret',
  'client_assertion',
  '_csrf',
]

/** Of a shorter text, or one of fewer different characters, a log may have the same by chance; names that every object has are sent everywhere as an attack. */
export const isTelling = (text: string) => text.length >= 12 && new Set(text).size >= 6 && !(text in {})

/** The secrets that went through the proxies. */
export function createSeenSecrets() {
  const seen = new Set<string>()
  const add = (text: string | undefined | null) => {
    if (text && isTelling(text)) seen.add(text)
  }
  const addParams = (query: string) => {
    const params = new URLSearchParams(query)
    for (const name of secretNames) for (const value of params.getAll(name)) add(value)
  }
  return {
    all: seen as ReadonlySet<string>,
    watch({ url, headers, body, answer }: Exchange): void {
      for (const text of credentialsIn(headers.authorization)) add(text)
      for (const cookie of headers.cookie?.split(/; */) ?? []) add(cookie.slice(cookie.indexOf('=') + 1))
      for (const cookie of answer.headers['set-cookie'] ?? []) add(/^[^=]+=([^;]*)/.exec(cookie)?.[1])
      for (const query of [queryOf(url), body, queryOf(answer.headers.location ?? '')]) addParams(query)
      for (const [, name = '', value] of answer.body.matchAll(/"(\w+)":"([^"]*)"/g)) if (secretNames.includes(name)) add(value)
    },
  }
}

/** What an Authorization field gives away, also the secret within Basic credentials. */
function credentialsIn(field = ''): string[] {
  const [scheme = '', credentials = ''] = field.split(' ')
  if (scheme !== 'Basic') return [credentials]
  const [, secret = ''] = Buffer.from(credentials, 'base64').toString().split(':')
  return [credentials, decoded(secret)]
}

/** A secret as it is, where nobody encoded it (RFC 6749 section 2.3.1). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const queryOf = (url: string) => url.split(/[?#]/).slice(1).join('&')
