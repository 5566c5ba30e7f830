import { expect, test } from '@jest/globals'
import { defineCollection, insertInto, openDatabase } from './index.ts'

test('each call of a store is timed by its collection and what it does, also one that fails', async () => {
  const things = defineCollection<{ id: string }>({ name: 'things', key: 'id' })
  const calls: string[] = []
  const took = ({ collection, operation }: { collection: string; operation: string }, seconds: number) => {
    expect(seconds).toBeGreaterThan(0)
    calls.push(`${collection} ${operation}`)
  }
  const database = await openDatabase('sqlite::memory:', { collections: [things], took })
  const all = database.collection(things)
  await all.insert({ id: 'one' })
  await expect(all.insert({ id: 'one' })).rejects.toThrow()
  await all.find({ id: 'one' })
  await all.list({})
  await database.transaction([insertInto(things, { id: 'two' })])
  await all.remove({ id: 'one' })
  await database.close()
  expect(calls).toEqual(['things insert', 'things insert', 'things find', 'things list', 'several transaction', 'things remove'])
})
