import { chmod, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from '@jest/globals'
import Libsql from 'libsql'
import { ExpectedError } from '../run-main.ts'
import { onMongo, testMongoUrl, testSqliteUrl } from '../testing/databases.ts'
import { storageContract } from './contract.ts'
import { defineCollection, openDatabase } from './index.ts'

storageContract('SQLite in memory', () => 'sqlite::memory:')
const file = testSqliteUrl()
storageContract('a SQLite file', () => file)

const mongo = testMongoUrl() ?? ''
onMongo('storage', () => storageContract('MongoDB', () => mongo))

const refusalOf = (url: string): Promise<Error> =>
  openDatabase(url, { collections: [], startPatienceMs: 0 }).then(
    () => new Error('it opened'),
    (error: Error) => error,
  )

test.each([
  ['mongodb://u:hunter2@127.0.0.1:1,127.0.0.1:2/x', ' at 127.0.0.1:1,127.0.0.1:2'],
  ['mongodb+srv://u:hunter2@one.invalid:1/x', ' at one.invalid:1'],
  ['mongodb://127.0.0.1:99999', ' at 127.0.0.1:99999'],
  ['mongodb://u:hunter2@/x', ''],
  ['mongodb://u:hunter2/@hunter2@127.0.0.1:1/x', ''],
  ['mongodb://u:hunter2?hunter2@127.0.0.1:1/x', ''],
  ['mongodb://u:1/hunter2@127.0.0.1:1/x', ''],
])('a MongoDB that cannot be used is one line that names its hosts and no password: %s', async (url, hosts) => {
  const refusal = await refusalOf(url)
  expect(refusal).toBeInstanceOf(ExpectedError)
  expect(refusal.message).toMatch(/^.+ \(DATABASE_URL\)$/)
  expect(refusal.message).toContain(`MongoDB${hosts} can't be used: `)
  expect(inspect(refusal)).not.toContain('hunter2')
})

test('the words of the driver are told without user and password', async () => {
  const { message } = await refusalOf('mongodb://127.0.0.1:1/?compressors=%2F%2Fu%3Ahunter2%40one') // the driver decodes it
  expect(message).toContain('//one')
  expect(message).not.toContain('hunter2')
})

test('a new SQLite file, its folder and the files beside it are for their owner alone; rights that were given stay', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'menshen-')), 'data')
  const path = join(folder, 'x.db')
  const rights = async (of: string) => ((await stat(of)).mode & 0o777).toString(8)
  const database = await openDatabase(`sqlite:${path}`, { collections: [defineCollection({ name: 'x', key: 'id' })] })
  for (const file of ['', '-wal', '-shm']) expect([file, await rights(path + file)]).toEqual([file, '600'])
  expect(await rights(folder)).toBe('700')
  await database.close()

  await chmod(path, 0o640)
  await (await openDatabase(`sqlite:${path}`, { collections: [] })).close()
  expect(await rights(path)).toBe('640')
})

test('a SQLite file with its indexes on JSON, from before the columns, is brought along with its records', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'menshen-')), 'x.db')
  const older = new Libsql(path)
  older.exec(`
    CREATE TABLE "x" (key TEXT NOT NULL PRIMARY KEY, doc TEXT NOT NULL);
    CREATE INDEX "x_name" ON "x" (json_extract(doc, '$.name'));
    INSERT INTO "x" VALUES ('1', '{"id":"1","name":"one","done":true}')`)
  older.close()

  const x = defineCollection<{ id: string; name: string; done: boolean }>({ name: 'x', key: 'id', indexes: [['name'], ['done']] })
  const database = await openDatabase(`sqlite:${path}`, { collections: [x] })
  expect(await database.collection(x).list({ name: 'one', done: true })).toEqual([{ id: '1', name: 'one', done: true }])
  await database.close()

  const now = new Libsql(path)
  const indexes = now.prepare(`SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`).all()
  expect(indexes).toMatchObject([{ name: 'x_by_done_id' }, { name: 'x_by_name_id' }])
  now.close()
})

test('a SQLite file that can not be brought along stays as it was', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'menshen-')), 'x.db')
  const file = new Libsql(path)
  file.exec(`
    CREATE TABLE "x" (key TEXT NOT NULL PRIMARY KEY, doc TEXT NOT NULL);
    INSERT INTO "x" VALUES ('1', '{"id":"1","name":"one"}'), ('2', '{"id":"2","name":"one"}')`)
  const before = file.prepare('SELECT sql FROM sqlite_master').all()
  const x = defineCollection<{ id: string; name: string }>({ name: 'x', key: 'id', unique: [['name']] })
  await expect(openDatabase(`sqlite:${path}`, { collections: [x] })).rejects.toThrow(ExpectedError)
  expect(file.prepare('SELECT sql FROM sqlite_master').all()).toEqual(before)
  file.close()
})

test('a URL of no known database is refused by name', async () => {
  await expect(openDatabase('postgres://x', { collections: [] })).rejects.toThrow('must begin with sqlite:')
})
