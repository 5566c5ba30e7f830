import { type Clock, systemClock } from '../clock.ts'
import { ExpectedError } from '../run-main.ts'
import { createDatabase } from './database.ts'
import type { AnyDefinition, Database } from './port.ts'

export { defineCollection, insertInto, removeFrom, updateIn, upsertIn } from './operations.ts'
export { type ListPage, type Position, pageOf } from './pages.ts'
export * from './port.ts'
export { DatabaseUnavailable } from './unavailable.ts'

export interface OpenOptions {
  /** Every collection the service uses; tables and indexes are made when missing. */
  collections: readonly AnyDefinition[]
  clock?: Clock
  /** SQLite only: `full` also survives power loss at each commit, at the price of one fsync. */
  synchronous?: 'normal' | 'full'
  /** MongoDB only: how long a call waits at most, in milliseconds; when left out so short that a request is answered within 3 seconds. */
  patienceMs?: number
}

/** Longer than anything that goes well takes, and short enough for an answer within 3 seconds. */
const PATIENCE_MS = 2000

/**
 * Opens the database that the URL names: `sqlite:./path/file.db`, `sqlite::memory:` or `mongodb://…` (a replica set).
 * The driver is imported only when its URL is used.
 */
export async function openDatabase(url: string, options: OpenOptions): Promise<Database> {
  const { collections, clock = systemClock, synchronous = 'normal', patienceMs = PATIENCE_MS } = options
  if (url.startsWith('sqlite:')) {
    const { openSqlite } = await import('./sqlite.ts')
    const path = url.slice('sqlite:'.length)
    const open = async () => openSqlite(path, { collections, clock, synchronous })
    return createDatabase(await open().catch(explain(`the database file ${path} can't be opened or written`)), collections)
  }
  if (/^mongodb(\+srv)?:\/\//.test(url)) {
    const { openMongo } = await import('./mongo.ts')
    return createDatabase(
      await openMongo(url, { collections, clock, patienceMs }).catch(explain(`MongoDB${atHosts(url)} can't be used`)),
      collections,
    )
  }
  throw new ExpectedError('the database URL must begin with sqlite:, mongodb:// or mongodb+srv://')
}

/** One line for the person who starts the service. No cause: the error of a driver may carry the URL, and with it a password. */
const explain = (what: string) => (error: Error) => {
  throw new ExpectedError(`${what}: ${withoutUser(error.message)} (DATABASE_URL)`)
}

/** The hosts of a URL with one `@` at most: with more, what is host and what is password can't be told. */
function atHosts(url: string): string {
  const [, hosts] = /^[^:]+:\/\/(?:[^@/?]*@)?([^@/?]+)(?:[/?][^@]*)?$/.exec(url) ?? []
  return hosts === undefined ? '' : ` at ${hosts}`
}

const withoutUser = (message: string) => message.replace(/\/\/.*@/gs, '//')
