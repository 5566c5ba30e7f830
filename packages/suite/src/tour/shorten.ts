/** Names of fields, JSON members and query parameters whose values are secrets. */
const secretNames = [
  'access_token',
  'client_secret',
  'code',
  'code_verifier',
  'csrf',
  'id_token',
  'password',
  'refresh_token',
  'token',
]

/** The first six characters of a secret, and never more than half of it. */
export const shortened = (secret: string): string => `${secret.slice(0, Math.min(6, Math.floor(secret.length / 2)))}…`

/** A field or a JSON member, shortened when its name says that it is a secret. */
export const shortenedField = (name: string, value: string): string => (secretNames.includes(name) ? shortened(value) : value)

/** JSON with the secrets in it shortened, however deep; a list of plain values stays on one line. */
export function shortenedJson(value: unknown): string {
  const shorten = (name: string, member: unknown) => (typeof member === 'string' ? shortenedField(name, member) : member)
  return JSON.stringify(value, shorten, 2).replace(plainList, (list) => list.replace(/\n\s*/g, ' '))
}

const plainList = /\[\n[^[\]{}]*\]/g

const secretParameter = new RegExp(`([?&#](?:${secretNames.join('|')})=)([^&#]+)`, 'g')

/** An address with the secrets in its query shortened. */
export const shortenedUrl = (url: string): string => url.replace(secretParameter, (_, name, value) => name + shortened(value))

const headers: Record<string, (value: string) => string> = {
  authorization: (value) => value.replace(/(?<=^\S+ +)\S+/, shortened),
  cookie: (value) => value.replace(/(?<==)[^;]+/g, shortened),
  'set-cookie': (value) => value.replace(/(?<=^[^=]+=)[^;]+/, shortened),
  location: shortenedUrl,
}

/** A header with the secret in it shortened. */
export const shortenedHeader = (name: string, value: string): string => headers[name]?.(value) ?? value
