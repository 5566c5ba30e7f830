import type { Context } from 'koa'
import { z } from 'zod'
import type { ListPage, Position } from '../storage/pages.ts'

/** An opaque cursor: the base64url of a position as JSON. */
export const cursorOf = (place: Position): string => Buffer.from(JSON.stringify(place)).toString('base64url')

const cursor = (value: z.ZodType<number> | z.ZodType<string>) =>
  z
    .string('must be given once')
    .max(400, 'is no cursor of this list')
    .transform((given, ctx): Position => {
      const place = z.tuple([value, z.string()]).safeParse(jsonIn(given))
      if (place.success && cursorOf(place.data) === given) return place.data
      ctx.addIssue('is no cursor of this list')
      return z.NEVER
    })

const limit = z
  .string('must be given once')
  .regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
  .transform(Number)
  .default(20)

/** The query of a list that is ordered by such values: `limit` (1 to 100, 20 when left out) and the `cursor` of the page before. */
export const pageQuery = (value: z.ZodType<number> | z.ZodType<string>) =>
  z.strictObject({ limit, cursor: cursor(value).optional() })

/** Answers with a page, with the way to the next in the body and as a Link (RFC 8288 section 3). `url`: the public address of the list. */
export function answerPage(
  ctx: Context,
  { items, next }: ListPage<unknown>,
  { url, limit }: { url: string; limit: number },
): void {
  ctx.body = { items, ...(next && { next: cursorOf(next) }) }
  if (next) ctx.set('link', `<${url}?limit=${limit}&cursor=${cursorOf(next)}>; rel="next"`)
}

function jsonIn(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString())
  } catch {
    return undefined
  }
}
