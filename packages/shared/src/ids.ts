import { randomBytes } from 'node:crypto'

/** A name that never comes twice: 128 random bits, base64url; with a prefix, `prefix_…`, it tells its kind. It is no secret. */
export function newId(prefix?: string): string {
  const id = randomBytes(16).toString('base64url')
  return prefix ? `${prefix}_${id}` : id
}

/** A value nobody can guess: 256 random bits, base64url, 43 characters (RFC 6749 section 10.10, RFC 7636 section 7.1). */
export const newSecret = (): string => randomBytes(32).toString('base64url')
