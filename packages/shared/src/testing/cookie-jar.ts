export interface CookieJar {
  /** The Cookie header for this address, or nothing. */
  header(url: URL): string | undefined
  /** Takes the Set-Cookie headers of an answer. */
  store(url: URL, headers: Headers): void
  /** The value of a cookie, whatever its path. */
  get(name: string): string | undefined
  clear(): void
}

interface Cookie {
  host: string
  name: string
  value: string
  path: string
  secure: boolean
}

/** Cookies by host and path as browsers keep them: no port (RFC 6265 section 8.5), and this machine gets `Secure` ones too. */
export function createCookieJar(): CookieJar {
  const cookies = new Map<string, Cookie>()
  return {
    header(url) {
      const fitting = [...cookies.values()].filter((cookie) => fits(cookie, url))
      return fitting.map(({ name, value }) => `${name}=${value}`).join('; ') || undefined
    },
    store(url, headers) {
      for (const line of headers.getSetCookie()) {
        const { cookie, gone } = parseSetCookie(line, url)
        const key = `${cookie.host} ${cookie.path} ${cookie.name}`
        if (gone) cookies.delete(key)
        else cookies.set(key, cookie)
      }
    },
    get: (name) => [...cookies.values()].find((cookie) => cookie.name === name)?.value,
    clear: () => cookies.clear(),
  }
}

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]'])

function fits({ host, path, secure }: Cookie, url: URL): boolean {
  const within = url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
  return url.hostname === host && within && (!secure || url.protocol === 'https:' || LOCAL.has(host))
}

function parseSetCookie(line: string, url: URL): { cookie: Cookie; gone: boolean } {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const { name, value } = split(pair)
  const given = new Map(attributes.map(split).map((attribute) => [attribute.name.toLowerCase(), attribute.value]))
  const cookie = { host: url.hostname, name, value, path: given.get('path') || '/', secure: given.has('secure') }
  const expires = given.get('expires')
  return { cookie, gone: Number(given.get('max-age') ?? 1) <= 0 || (expires !== undefined && Date.parse(expires) <= Date.now()) }
}

function split(pair: string): { name: string; value: string } {
  const equals = pair.indexOf('=')
  return equals === -1 ? { name: pair, value: '' } : { name: pair.slice(0, equals), value: pair.slice(equals + 1) }
}
