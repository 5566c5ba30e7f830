/**
 * `npm run bench:storage -- MONGODB_URL [COUNT]`: what one operation of a store costs on MongoDB and on a SQLite file, side by side by turns. `one by one`:
 * each waits for the one before; `20 at a time`: as requests come.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Database,
  defineCollection,
  insertInto,
  openDatabase,
  updateIn,
  upsertIn,
} from '../../../packages/shared/src/storage/index.ts'

interface Thing {
  id: string
  owner: string
  size: number
  detail: string
}

const things = defineCollection<Thing>({ name: 'things', key: 'id', indexes: [['owner', 'size']] })
const counters = defineCollection<{ name: string; count: number }>({ name: 'counters', key: 'name' })
const collections = [things, counters]

const [mongo, count = '2000'] = process.argv.slice(2)
if (!mongo) throw new Error('name a MongoDB, such as mongodb://127.0.0.1:27017/bench_storage?replicaSet=rs0')
const size = Number(count)

const thing = (i: number): Thing => ({ id: `t${i}`, owner: `o${i % 50}`, size: i, detail: 'x'.repeat(300) })

const operations: Record<string, (database: Database, i: number) => Promise<unknown>> = {
  insert: (database, i) => database.collection(things).insert(thing(i)),
  find: (database, i) => database.collection(things).find({ id: `t${i}` }),
  'update, one winner': (database, i) => database.collection(things).update({ id: `t${i}`, size: i }, { inc: { size: 1 } }),
  'list, a page of 20': (database, i) =>
    database.collection(things).list({ owner: `o${i % 50}` }, { orderBy: 'size', limit: 20 }),
  'transaction of 4': (database, i) =>
    database.transaction([
      insertInto(things, thing(size + i)),
      insertInto(things, thing(2 * size + i)),
      updateIn(things, { id: `t${i}` }, { set: { detail: 'changed' } }),
      upsertIn(counters, `c${i % 50}`, { inc: { count: 1 } }),
    ]),
}

/** Milliseconds for each, at the median of five parts. */
async function cost(run: (i: number) => Promise<unknown>, atATime: number): Promise<number> {
  const part = size / 5
  const parts: number[] = []
  for (let p = 0; p < 5; p++) {
    const start = performance.now()
    for (let i = p * part; i < (p + 1) * part; i += atATime)
      await Promise.all(Array.from({ length: Math.min(atATime, (p + 1) * part - i) }, (_, j) => run(i + j)))
    parts.push((performance.now() - start) / part)
  }
  return parts.sort((a, b) => a - b)[2] ?? 0
}

const folder = mkdtempSync(join(tmpdir(), 'menshen-bench-'))
const rows: Record<string, Record<string, string>> = {}
try {
  for (const atATime of [1, 20]) {
    const databases = {
      SQLite: await openDatabase(`sqlite:${join(folder, `${atATime}.db`)}`, { collections }),
      MongoDB: await openDatabase(mongo, { collections }),
    }
    await Promise.all([things, counters].map((each) => databases.MongoDB.collection(each as typeof things).remove({})))
    for (const [name, operation] of Object.entries(operations)) {
      const sqlite = await cost((i) => operation(databases.SQLite, i), atATime)
      const mongodb = await cost((i) => operation(databases.MongoDB, i), atATime)
      rows[`${name}, ${atATime === 1 ? 'one by one' : '20 at a time'}`] = {
        'SQLite ms': sqlite.toFixed(3),
        'MongoDB ms': mongodb.toFixed(3),
        times: (mongodb / sqlite).toFixed(1),
      }
    }
    await Promise.all(Object.values(databases).map((database) => database.close()))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.table(rows)
