import { randomUUID } from 'node:crypto'

/** A name that never comes twice: a random UUID (RFC 9562 section 5.4); with a prefix, `prefix_…`, it tells its kind. It is no secret. */
export function newId(prefix?: string): string {
  const id = randomUUID()
  return prefix ? `${prefix}_${id}` : id
}
