/** A place in a list: the value it is ordered by and the key of the last record seen. */
export type Position = readonly [value: string | number, key: string]

export interface ListPage<Item> {
  items: Item[]
  /** Where the next page begins; nothing after the last. */
  next: Position | undefined
}

/** Cuts a page out of records of which one more than `limit` was read. */
export function pageOf<Item>(found: Item[], limit: number, positionOf: (last: Item) => Position): ListPage<Item> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last !== undefined ? positionOf(last) : undefined }
}
