import { z } from 'zod'
import type { ListPage, Position } from '../storage/pages.ts'
import type { Answer } from './answer.ts'

const limit = z
  .string('must be given once')
  .regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
  .transform(Number)
  .default(20)
  .meta({ type: 'integer', minimum: 1, maximum: 100, description: 'How many items a page has.' })

/**
 * What a list that answers in pages needs. `name` tells its cursors from those of other lists; `value` is what it is ordered by, before the key. The
 * cursor of a page is opaque: the base64url of the list's name and a position, as JSON.
 */
export function defineList(name: string, value: z.ZodType<number> | z.ZodType<string>) {
  const cursorOf = (place: Position) => Buffer.from(JSON.stringify([name, ...place])).toString('base64url')
  const position = z.tuple([z.literal(name), value, z.string()])

  const cursor = z
    .string('must be given once')
    .max(600, 'is no cursor of this list')
    .transform((given, ctx): Position => {
      const place = position.safeParse(jsonIn(given))
      if (place.success && cursorOf([place.data[1], place.data[2]]) === given) return [place.data[1], place.data[2]]
      ctx.addIssue('is no cursor of this list')
      return z.NEVER
    })
    .meta({ description: '`next` of the page before.' })

  return {
    /** The members of the query's schema: `z.strictObject({ ...list.query, … })`. */
    query: { limit, cursor: cursor.optional() },

    /** The body of a page. */
    schema: <Item extends z.ZodType>(item: Item) =>
      z.object({
        items: z.array(item),
        next: z.string().optional().meta({ description: 'The cursor of the next page; the last page has none.' }),
      }),

    /** Answers with a page; the way to the next is told in the body and by `Link` (RFC 8288 section 3). */
    page: <Item>({ items, next }: ListPage<Item>): Answer<{ items: Item[]; next?: string }> => ({
      body: { items, ...(next && { next: cursorOf(next) }) },
    }),
  }
}

function jsonIn(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString())
  } catch {
    return undefined
  }
}
