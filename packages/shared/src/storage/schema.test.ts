import { describe, expect, test } from '@jest/globals'
import { ExpectedError } from '../run-main.ts'
import { onMongo, testSqliteUrl } from '../testing/databases.ts'
import { defineCollection, migrateDatabase, openDatabase, type Schema } from './index.ts'
import { fingerprintOf, schemaVersions } from './schema.ts'

interface Thing {
  id: string
  name: string
  size: number
}

const first = defineCollection<Thing>({ name: 'things', key: 'id', indexes: [['name']] })
const second = defineCollection<Thing>({ name: 'things', key: 'id', unique: [['size']], indexes: [['name']] })
const others = defineCollection<Thing>({ name: 'others', key: 'id' })
const v1: Schema = { service: 'test', version: 1, collections: [first] }
const v2: Schema = { service: 'test', version: 2, collections: [second, others] }

function suite(driver: string, freshUrl: () => string): void {
  describe(`migrating on ${driver}`, () => {
    test('a new database is made, and the second time there is nothing to do', async () => {
      const url = freshUrl()
      const { from, to, steps } = await migrateDatabase(url, v1)
      expect([from, to]).toEqual([undefined, 1])
      expect(steps).toEqual([
        expect.stringMatching(/^made (table|collection) things$/),
        expect.stringMatching(/index things.*name/),
      ])
      expect(await migrateDatabase(url, v1)).toEqual({ from: 1, to: 1, steps: [] })
    })

    test('what is missing although its version was here, as after a bad restore, is made by who migrates', async () => {
      const url = freshUrl()
      const restored = await openDatabase(url, { collections: [schemaVersions] })
      const version = { service: 'test', version: 1, fingerprint: fingerprintOf(v1) }
      await restored.collection(schemaVersions).insert(version)
      await restored.close()
      const { from, to, steps } = await migrateDatabase(url, v1)
      expect([from, to, steps.length]).toEqual([1, 1, 2])
    })

    test('a process of the version before goes on while its database is migrated', async () => {
      const url = freshUrl()
      const older = await openDatabase(url, { schema: v1 })
      await older.collection(first).insert({ id: 'a', name: 'a', size: 1 })
      const { from, to, steps } = await migrateDatabase(url, v2)
      expect([from, to]).toEqual([1, 2])
      expect(steps.join()).toMatch(/things.*size.*others/)
      expect(await older.collection(first).list({ name: 'a' })).toEqual([{ id: 'a', name: 'a', size: 1 }])
      await older.collection(first).update({ id: 'a' }, { set: { name: 'b' } })
      await older.close()

      const newer = await openDatabase(url, { schema: v2, migrates: false })
      expect(await newer.collection(second).find({ size: 1 })).toEqual({ id: 'a', name: 'b', size: 1 })
      await newer.close()
    })

    test('two that migrate at once both succeed', async () => {
      const url = freshUrl()
      await Promise.all([
        migrateDatabase(url, v2),
        migrateDatabase(url, v2),
        openDatabase(url, { schema: v2 }).then((db) => db.close()),
      ])
      expect((await migrateDatabase(url, v2)).steps).toEqual([])
    })

    test('who may not migrate refuses a new and an older database, and names the command', async () => {
      const url = freshUrl()
      const open = () => openDatabase(url, { schema: v2, migrates: false })
      await expect(open()).rejects.toThrow(/no tables of test yet.*version 2.*npm run menshen -- migrate/)
      await migrateDatabase(url, v1)
      await expect(open()).rejects.toThrow(/version 1 of the tables of test.*version 2.*npm run menshen -- migrate/)
      await migrateDatabase(url, v2)
      await (await open()).close()
    })

    test('a database of a newer version is refused, whoever asks', async () => {
      const url = freshUrl()
      await migrateDatabase(url, v2)
      const refused = {
        name: ExpectedError.name,
        message: expect.stringContaining('version 2 of the tables of test, this program knows 1'),
      }
      for (const work of [
        () => migrateDatabase(url, v1),
        () => openDatabase(url, { schema: v1 }),
        () => openDatabase(url, { schema: v1, migrates: false }),
      ])
        await expect(work()).rejects.toMatchObject(refused)
    })

    test('records that a new unique index has no room for stop the migration, which can be tried again', async () => {
      const url = freshUrl()
      const database = await openDatabase(url, { schema: v1 })
      for (const id of ['a', 'b']) await database.collection(first).insert({ id, name: id, size: 1 })
      await expect(migrateDatabase(url, v2)).rejects.toThrow(ExpectedError)
      await database.collection(first).update({ id: 'b' }, { set: { size: 2 } })
      expect(await migrateDatabase(url, v2)).toMatchObject({ from: 1, to: 2 })
      await database.close()
    })
  })
}

suite('SQLite', testSqliteUrl)
onMongo('migrating', (freshUrl) => suite('MongoDB', freshUrl))

test('the fingerprint tells definitions apart, whatever their order', () => {
  const of = (...collections: Schema['collections']) => fingerprintOf({ service: 'x', version: 1, collections })
  expect(of(first, others)).toBe(of(others, first))
  expect(of(first)).not.toBe(of(second))
  expect(of(first)).not.toBe(of({ ...first, expiry: 'size' }))
})
