import { createHash } from 'node:crypto'

/** How many records there are, and a digest of them in their order; the order of their fields, which drivers keep or not, does not count. */
export async function digestOf(pages: AsyncIterable<object[]>): Promise<{ records: number; digest: string }> {
  const hash = createHash('sha256')
  let count = 0
  for await (const records of pages) {
    for (const record of records) hash.update(`${JSON.stringify(ordered(record))}\n`)
    count += records.length
  }
  return { records: count, digest: hash.digest('hex').slice(0, 16) }
}

function ordered(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.from(value).toString() // MongoDB keeps UTF-8, where half of a surrogate pair is U+FFFD
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(ordered)
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(fields.map(([name, each]) => [name, ordered(each)]))
}
