import { afterEach, expect, test } from '@jest/globals'
import { onMongo, testSqliteUrl } from '../testing/databases.ts'
import { openCopy } from './copy.ts'
import { defineCollection, insertInto, openDatabase, type Schema, UniqueConflict } from './index.ts'
import { openDriver } from './open-driver.ts'

interface Thing {
  id: string
  number: string
  any: unknown
}

const things = defineCollection<Thing>({ name: 'things', key: 'id', unique: [['number']] })
const schema: Schema = { service: 'test', version: 1, collections: [things] }

/** Keys that sort differently as UTF-16, as UTF-8 and by a language; values that a driver might keep in a form of its own. */
const odd: Thing[] = ['z', 'Ä', 'a', 'A', '_', '𝄞', '\uffee', '张', '1', '10', '2', ' ', '$x', 'a.b'].map((id, i) => ({
  number: `odd ${i}`,
  id, // a driver may put it first
  any: [null, true, -1, 1.5, 2 ** 31, 2 ** 53 - 1, 1e300, '', { b: [{ 2: 'b', 1: 'a', $x: null }], 'a.b': [] }, [[]]][i % 10],
}))
const many: Thing[] = Array.from({ length: 450 }, (_, i) => ({ id: `key ${i}`, number: `${i}`, any: i }))

const opened: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

function closedAfter<Opened extends { close(): Promise<void> }>(each: Opened): Opened {
  opened.push(each)
  return each
}

function suite(name: string, source: () => string, target: () => string): void {
  test(`a copy from ${name} has every record as it was, in pages, and both have one digest`, async () => {
    const [from, to] = [source(), target()]
    const here = closedAfter(await openDatabase(from, { schema }))
    await here.transaction([...odd, ...many].map((thing) => insertInto(things, thing)))
    const copy = closedAfter(await openCopy({ from, to, variable: 'TO', schema, at: Date.now() }))
    await copy.begin()
    const told: number[] = []
    await copy.run((_, records) => told.push(records))
    expect(told).toEqual([200, 400, 464])
    expect(await copy.compare()).toEqual([{ collection: 'things', records: 464, digest: expect.any(String) }])
    await copy.finish()

    const there = closedAfter(await openDatabase(to, { schema }))
    const all = (database: typeof here) => database.collection(things).list({}, { orderBy: 'id' })
    expect(await all(there)).toEqual(await all(here))
  })

  test(`half of a character is no difference between ${name}`, async () => {
    const [from, to] = [source(), target()]
    const here = closedAfter(await openDatabase(from, { schema }))
    await here.collection(things).insert({ id: 'half', number: '1', any: 'half of 𝄞: \ud834' })
    const copy = closedAfter(await openCopy({ from, to, variable: 'TO', schema, at: Date.now() }))
    await copy.begin()
    await copy.run(() => {})
    expect(await copy.compare()).toEqual([{ collection: 'things', records: 1, digest: expect.any(String) }])
  })

  test(`filling a target of ${name} stops where a key is taken: nothing that comes after it is there`, async () => {
    const driver = closedAfter(await openDriver(target(), {}))
    await driver.prepare([things])
    const [first, second, third] = many as [Thing, Thing, Thing]
    await driver.fill(things, [second])
    await expect(driver.fill(things, [first, second, third])).rejects.toThrow(UniqueConflict)
    expect(await driver.find(things, { id: third.id })).toBeUndefined()
  })
}

suite('SQLite to SQLite', testSqliteUrl, testSqliteUrl)
onMongo('copies', (freshUrl) => {
  suite('SQLite to MongoDB', testSqliteUrl, freshUrl)
  suite('MongoDB to SQLite', freshUrl, testSqliteUrl)
})
