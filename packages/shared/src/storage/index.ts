import { type Clock, systemClock } from '../clock.ts'
import { createDatabase } from './database.ts'
import type { AnyDefinition, Database } from './port.ts'

export { defineCollection, insertInto, removeFrom, updateIn, upsertIn } from './operations.ts'
export * from './port.ts'

export interface OpenOptions {
  /** Every collection the service uses; tables and indexes are made when missing. */
  collections: readonly AnyDefinition[]
  clock?: Clock
  /** SQLite only: `full` also survives power loss at each commit, at the price of one fsync. */
  synchronous?: 'normal' | 'full'
}

/**
 * Opens the database that the URL names: `sqlite:./path/file.db`, `sqlite::memory:` or `mongodb://…` (a replica set).
 * The driver is imported only when its URL is used.
 */
export async function openDatabase(url: string, options: OpenOptions): Promise<Database> {
  const { collections, clock = systemClock, synchronous = 'normal' } = options
  if (url.startsWith('sqlite:')) {
    const { openSqlite } = await import('./sqlite.ts')
    return createDatabase(openSqlite(url.slice('sqlite:'.length), { collections, clock, synchronous }), collections)
  }
  if (/^mongodb(\+srv)?:\/\//.test(url)) {
    const { openMongo } = await import('./mongo.ts')
    return createDatabase(await openMongo(url, { collections, clock }), collections)
  }
  throw new Error('the database URL must begin with sqlite:, mongodb:// or mongodb+srv://')
}
