import { expect, test } from '@jest/globals'
import { type Database, defineCollection, openDatabase } from '../storage/index.ts'
import { onMongo, testSqliteUrl } from './databases.ts'
import { expectFromIndex, watchLists } from './query-plan.ts'

const things = defineCollection<{ id: string; sub: string; colour: string; owner: string; createdAt: number }>({
  name: 'things',
  key: 'id',
  indexes: [['sub', 'createdAt'], ['owner']],
})

async function asked(url: string, ask: (database: Database) => Promise<unknown>) {
  const database = watchLists(await openDatabase(url, { collections: [things] }))
  await ask(database)
  await database.close()
  const [list] = database.lists
  if (!list) throw new Error('no list was asked for')
  return list
}

function suite(freshUrl: () => string): void {
  test('a page, the first and those behind it, comes from its index in both directions', async () => {
    const url = freshUrl()
    for (const descending of [true, false])
      for (const page of [{}, { after: [5, 'x'] as const }]) {
        const order = { orderBy: 'createdAt' as const, descending, limit: 5, ...page }
        await expectFromIndex(url, await asked(url, (database) => database.collection(things).list({ sub: 'alice' }, order)))
      }
  })

  test('so does a page that is ordered by the key', async () => {
    const url = freshUrl()
    for (const page of [{}, { after: ['x', 'x'] as const }]) {
      const order = { orderBy: 'id' as const, limit: 5, ...page }
      await expectFromIndex(url, await asked(url, (database) => database.collection(things).list({ owner: 'alice' }, order)))
    }
  })

  test('a list without an index, and one that must be sorted, fail', async () => {
    const url = freshUrl()
    const red = await asked(url, (database) => database.collection(things).list({ colour: 'red' }))
    await expect(expectFromIndex(url, red)).rejects.toThrow()
    const byColour = await asked(url, (database) => database.collection(things).list({ sub: 'alice' }, { orderBy: 'colour' }))
    await expect(expectFromIndex(url, byColour)).rejects.toThrow()
  })
}

suite(testSqliteUrl)
onMongo('the query plan', suite)
