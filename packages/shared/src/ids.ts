import { randomBytes } from 'node:crypto'

/** A name that never comes twice: 128 random bits, base64url; with a prefix, `prefix_…`, it tells its kind. It is no secret. */
export function newId(prefix?: string): string {
  const id = randomBytes(16).toString('base64url')
  return prefix ? `${prefix}_${id}` : id
}
