import { z } from 'zod'
import type { Position } from './stores/memberships.ts'

const position = z.tuple([z.int(), z.string()])

/** An opaque cursor: the base64url of a position as JSON. */
export const cursorOf = (place: Position): string => Buffer.from(JSON.stringify(place)).toString('base64url')

const cursor = z
  .string('must be given once')
  .max(200, 'is no cursor of this list')
  .transform((given, ctx): Position => {
    const place = position.safeParse(jsonIn(given))
    if (place.success && cursorOf(place.data) === given) return place.data
    ctx.addIssue('is no cursor of this list')
    return z.NEVER
  })

const limit = z
  .string('must be given once')
  .regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
  .transform(Number)
  .default(20)

/** The query of `GET /projects`. */
export const projectQuery = z.strictObject({ limit, cursor: cursor.optional() })

function jsonIn(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString())
  } catch {
    return undefined
  }
}
