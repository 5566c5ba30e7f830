import type { Context } from 'koa'
import { Problem } from '../http/problem.ts'

/** What `If-Match` demands. */
export interface Precondition {
  /**
   * The version to put into the filter of the change: the current one, when the header names it.
   * @throws Problem precondition-failed, 412, when it doesn't.
   */
  require(current: number): number
}

/** The entity tag of a version (RFC 9110 section 8.8.3). */
export const etagOf = (version: number): string => `"${version}"`

const LIST = /^\s*(?:"\d{1,15}"\s*(?:,\s*"\d{1,15}"\s*)*|\*\s*)$/

/** Reads `If-Match` (RFC 9110 section 13.1.1). @throws Problem 428 without one, 412 when it holds no entity tag of ours. */
export function readIfMatch(ctx: Context): Precondition {
  const header = ctx.get('if-match')
  if (header === '')
    throw new Problem('precondition-required', { detail: 'send If-Match with the ETag of the version that you change' })
  if (!LIST.test(header)) throw stale() // an entity tag that we never gave matches nothing
  const versions = header.includes('*') ? undefined : [...header.matchAll(/\d+/g)].map(Number)
  return {
    require(current) {
      if (versions && !versions.includes(current)) throw stale()
      return current
    },
  }
}

/** Also for a change whose atomic step found another version than was read. */
export const stale = (): Problem => new Problem('precondition-failed', { detail: 'it was changed meanwhile: read it again' })

/**
 * Whether `If-None-Match` names this version (RFC 9110 section 13.1.2, compared weakly), whatever `Cache-Control` says: fetch() adds no-cache by itself.
 */
export const isKnown = (ctx: Context, version: number): boolean =>
  ctx
    .get('if-none-match')
    .split(',')
    .some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etagOf(version))

/** Of operations that have none. */
export const noPrecondition: Precondition = { require: (current) => current }
