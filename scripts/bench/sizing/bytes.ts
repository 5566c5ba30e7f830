import { shareClient } from '@menshen/shared/storage/mongo-client'
import { databaseUrlOf } from '@menshen/suite/database-urls'

const options = { appName: 'menshen-bench', patienceMs: 20_000, startPatienceMs: 0 }

/** What the records of auth take on the disk of MongoDB, each collection with more than a few, after a checkpoint. */
export async function bytesOf(databaseUrl: string): Promise<Record<string, Record<string, number>>> {
  const { client, db, letGo } = await shareClient(databaseUrlOf(databaseUrl, 'auth'), options)
  try {
    await client.db('admin').command({ fsync: 1 })
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort()
    const all = await Promise.all(names.map(async (name) => [name, await sizesOf(name)] as const))
    return Object.fromEntries(all.filter(([, { records }]) => (records ?? 0) > 100))
  } finally {
    await letGo()
  }

  async function sizesOf(name: string): Promise<Record<string, number>> {
    const [stats] = await db
      .collection(name)
      .aggregate([{ $collStats: { storageStats: {} } }])
      .toArray()
    const { count, size, storageSize, totalIndexSize }: Record<string, number> = stats?.['storageStats'] ?? {}
    const each = (bytes: number | undefined) => Math.round((bytes ?? 0) / (count || 1))
    return {
      records: count ?? 0,
      'bytes each': each(size),
      'on disk each': each(storageSize),
      'indexes each': each(totalIndexSize),
    }
  }
}
