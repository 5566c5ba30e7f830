import { setTimeout as pause } from 'node:timers/promises'
import { defineCollection, openDatabase, updateIn } from '@menshen/shared/storage'
import { openDriver } from '@menshen/shared/storage/open-driver'
import { databaseUrlOf } from '@menshen/suite/database-urls'
import { afterwards } from './program.ts'

interface Count {
  id: string
  count: number
}

const counts = Array.from({ length: 10 }, (_, i) => defineCollection<Count>({ name: `count_${i}`, key: 'id' }))

/** So many records beside the one that counts that copying a collection takes a while. */
const BALLAST = 5000

const open = (databaseUrl: string) => openDatabase(databaseUrlOf(databaseUrl, 'auth'), { collections: counts })

/** Counts in ten collections of auth's database at once, in one transaction each time, until it is told to stop. */
export async function startCounting(databaseUrl: string): Promise<() => Promise<void>> {
  const database = await open(databaseUrl)
  await fill(databaseUrl)
  const next = counts.map((each) => updateIn(each, { id: 'count' }, { inc: { count: 1 } }))
  await database.transaction(next)
  let going = true
  const counting = (async () => {
    for (; going; await pause(2)) await database.transaction(next)
  })()
  const stop = async () => {
    if (!going) return
    going = false
    await counting
    await database.close()
  }
  afterwards(stop)
  return stop
}

async function fill(databaseUrl: string): Promise<void> {
  const driver = await openDriver(databaseUrlOf(databaseUrl, 'auth'), { patienceMs: 60_000 })
  const records = Array.from({ length: BALLAST }, (_, i) => ({ id: `${i}`, count: 0 }))
  for (const each of counts) await driver.fill(each, [{ id: 'count', count: 0 }, ...records])
  await driver.close()
}

/** What a copy that was made meanwhile counted to: one number, when it is of one moment. */
export async function countsIn(databaseUrl: string): Promise<number[]> {
  const database = await open(databaseUrl)
  const found = await Promise.all(counts.map((each) => database.collection(each).find({ id: 'count' })))
  await database.close()
  return [...new Set(found.map((each) => each?.count ?? 0))]
}
