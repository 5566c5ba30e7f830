import { expect, test } from '@jest/globals'
import Libsql from 'libsql'
import { onMongo, testSqliteUrl } from '../testing/databases.ts'
import { DatabaseUnavailable, defineCollection, openDatabase } from './index.ts'
import { createReach, isMongoAway } from './mongo-faults.ts'
import { isSqliteAway } from './sqlite-faults.ts'

const things = defineCollection<{ id: string }>({ name: 'things', key: 'id' })

test.each([
  ['SQLITE_FULL', true],
  ['SQLITE_READONLY', true],
  ['SQLITE_READONLY_DIRECTORY', true],
  ['SQLITE_IOERR_WRITE', true],
  ['SQLITE_BUSY', true],
  ['SQLITE_BUSY_SNAPSHOT', true],
  ['SQLITE_CANTOPEN', true],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', false],
  ['SQLITE_CORRUPT', false],
  ['SQLITE_ERROR', false],
])('%s of SQLite: away is %s', (code, away) => {
  expect(isSqliteAway(Object.assign(new Error(), { code }))).toBe(away)
})

test.each([
  ['nobody is there', { name: 'MongoServerSelectionError' }, true],
  ['the connection broke', { name: 'MongoNetworkError' }, true],
  ['no connection was free', { name: 'MongoWaitQueueTimeoutError' }, true],
  ['it is no primary any more', { code: 10107 }, true],
  ['its disk is full', { code: 14031 }, true],
  ['it has just come back', { code: 134 }, true],
  ['the reason is that the connection broke', { cause: Object.assign(new Error(), { name: 'MongoNetworkError' }) }, true],
  ['the connection ended as it was written to', { code: 'EPIPE' }, true],
  ['the first connection found nobody', { name: 'MongooseServerSelectionError' }, true],
  ['a transaction may be tried again', { hasErrorLabel: (label: string) => label === 'TransientTransactionError' }, true],
  ['a key is taken', { code: 11000, hasErrorLabel: () => false }, false],
  ['a filter is wrong', { code: 2 }, false],
])('MongoDB, %s: away is the last', (_, told, away) => {
  expect(isMongoAway(Object.assign(new Error(), told))).toBe(away)
})

test('whoever waits for MongoDB waits no longer than the patience, and not once more to clean up', async () => {
  const reach = createReach(() => 20)
  await expect(reach(async () => 'in time')).resolves.toBe('in time')
  await expect(reach(() => new Promise(() => {}))).rejects.toBeInstanceOf(DatabaseUnavailable)
  let asked = false
  const cleaningUp = reach(async () => {
    asked = true
  })
  await expect(cleaningUp).rejects.toBeInstanceOf(DatabaseUnavailable)
  expect(asked).toBe(false)
})

test('a file that another process holds for too long is away, within 3 seconds, and there again when it is let go', async () => {
  const url = testSqliteUrl()
  const database = await openDatabase(url, { collections: [things] })
  const other = new Libsql(url.slice('sqlite:'.length))
  other.exec('BEGIN EXCLUSIVE')
  const began = performance.now()
  await expect(database.collection(things).insert({ id: 'one' })).rejects.toBeInstanceOf(DatabaseUnavailable)
  await expect(database.transaction([])).rejects.toBeInstanceOf(DatabaseUnavailable)
  expect(performance.now() - began).toBeLessThan(6000)
  other.exec('ROLLBACK')
  await database.collection(things).insert({ id: 'one' })
  expect(await database.collection(things).list({})).toEqual([{ id: 'one' }])
  other.close()
  await database.close()
})

onMongo('a record over the limit', (freshUrl) =>
  test('what MongoDB refuses for its own reasons is not away', async () => {
    const database = await openDatabase(freshUrl(), { collections: [things] })
    const all = database.collection(things)
    await all.insert({ id: 'one', name: 'no number' } as never)
    const refusal: unknown = await all.update({ id: 'one' }, { inc: { name: 1 } as never }).catch((error) => error)
    await database.close()
    expect(refusal).toMatchObject({ codeName: 'TypeMismatch' })
    expect(refusal).not.toBeInstanceOf(DatabaseUnavailable)
  }),
)
