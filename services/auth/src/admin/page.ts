import { type CollectionDefinition, type Database, type Filter, type Position, pageOf } from '@menshen/shared/storage'
import { Refusal } from './refusal.ts'

/** A part of a list, and where the next begins; null after the last. */
export interface AdminPage<Item> {
  items: Item[]
  next: string | null
}

export interface PageAsked {
  limit: number
  /** `next` of the page before. */
  cursor?: string | undefined
}

interface Order<R> {
  filter: Filter<R>
  by: keyof R & string
  descending?: boolean
}

/** Reads a page of a list from its index. @throws Refusal for a cursor that is none. */
export async function readPage<R extends object>(
  definition: CollectionDefinition<R>,
  { filter, by, descending = false }: Order<R>,
  { limit, cursor }: PageAsked,
  { database }: { database: Database },
): Promise<AdminPage<R>> {
  const after = cursor === undefined ? undefined : positionIn(cursor)
  const found = await database
    .collection(definition)
    .list(filter, { orderBy: by, descending, limit: limit + 1, ...(after && { after }) })
  const { items, next } = pageOf(found, limit, (last) => [last[by] as string | number, String(last[definition.key])])
  return { items, next: next ? Buffer.from(JSON.stringify(next)).toString('base64url') : null }
}

function positionIn(cursor: string): Position {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (isPosition(place)) return place
  } catch {}
  throw new Refusal('the cursor is none of this list')
}

const isPosition = (place: unknown): place is [string | number, string] =>
  Array.isArray(place) && place.length === 2 && ['string', 'number'].includes(typeof place[0]) && typeof place[1] === 'string'
