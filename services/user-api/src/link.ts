/** Characters that show nothing, or turn the direction of those around them: a reader would take the address for another. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** What stands between the scheme and the path. */
const AUTHORITY = /^https?:\/\/([^/?#\\]*)/i

/** A name or an IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const HOST = /^([\p{L}\p{N}][\p{L}\p{N}\p{M}_.-]*|\[[\da-f:.]+\])(:\d*)?$/iu

/** Says what is wrong with a link of a profile; nothing, when it leads where a reader sees that it leads (WHATWG URL, RFC 3986 section 7.6). */
export function linkFault(text: string): string | undefined {
  const authority = AUTHORITY.exec(text)?.[1]
  if (authority === undefined) return 'must be an address that begins with https:// or http://'
  if (UNSEEN.test(text)) return 'must be without invisible characters'
  if (/[\s<>"\\]/.test(text)) return 'must be without blanks, and without any of < > " \\'
  if (authority === '') return 'must name a host, such as https://alice.example'
  if (authority.includes('@')) return 'must be without a name or password before the host'
  return HOST.test(authority) && URL.canParse(text) ? undefined : 'must name a host that can be, such as https://alice.example'
}
