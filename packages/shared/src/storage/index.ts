import { type Clock, systemClock } from '../clock.ts'
import { ExpectedError } from '../run-main.ts'
import { createDatabase } from './database.ts'
import type { AnyDefinition, Database, Driver } from './port.ts'
import { type Migration, migrate, migrateOnce, requireMigrated, type Schema } from './schema.ts'
import { type Took, timedDriver } from './timed-driver.ts'
import { DatabaseUnavailable } from './unavailable.ts'

export { defineCollection, insertInto, removeFrom, updateIn, upsertIn } from './operations.ts'
export { type ListPage, type Position, pageOf } from './pages.ts'
export * from './port.ts'
export type { Migration, Schema } from './schema.ts'
export type { Took } from './timed-driver.ts'
export { RecordTooLarge } from './values.ts'
export { DatabaseUnavailable }

export interface OpenOptions {
  /** Every collection that is used; tables and indexes are made when missing, unless there is a schema. */
  collections?: readonly AnyDefinition[]
  /** All that a service stores, by version, instead of collections alone. */
  schema?: Schema
  /** Whether a database of an older schema is brought along (when left out), or refused: production does so by `menshen migrate`. */
  migrates?: boolean
  clock?: Clock
  /** SQLite only: `full` also survives power loss at each commit, at the price of one fsync. */
  synchronous?: 'normal' | 'full'
  /** MongoDB only: how long a call waits at most, in milliseconds; when left out so short that a request is answered within 3 seconds. */
  patienceMs?: number
  /** Told how long each call took. */
  took?: Took
  /** MongoDB only: how long it may take to be there, as it may be starting too, in milliseconds; 10 seconds when left out. */
  startPatienceMs?: number
  /** MongoDB only: what its log and `currentOp` call this process. */
  appName?: string | undefined
}

/** Longer than anything that goes well takes, and short enough for an answer within 3 seconds. */
const PATIENCE_MS = 2000
const START_PATIENCE_MS = 10_000

/**
 * Opens the database that the URL names: `sqlite:./path/file.db`, `sqlite::memory:` or `mongodb://…` (a replica set).
 * @throws ExpectedError, one line for the person who starts it, when it can't be used or has another version.
 */
export async function openDatabase(url: string, options: OpenOptions): Promise<Database> {
  const { schema, collections = schema?.collections ?? [], migrates = true } = options
  const driver = await openDriver(url, options)
  await orClose(driver, url, async () => {
    if (!schema) await driver.prepare(collections)
    else if (migrates) await migrateOnce(driver, schema)
    else await requireMigrated(driver, schema)
  })
  return createDatabase(options.took ? timedDriver(driver, options.took) : driver, collections)
}

/** Brings a database to a schema and tells what was done. @throws ExpectedError as `openDatabase` does. */
export async function migrateDatabase(url: string, schema: Schema): Promise<Migration> {
  const driver = await openDriver(url, {})
  const migration = await orClose(driver, url, () => migrate(driver, schema))
  await driver.close()
  return migration
}

/** The driver is imported only when its URL is used. */
async function openDriver(url: string, options: OpenOptions): Promise<Driver> {
  const { clock = systemClock, synchronous = 'normal', patienceMs = PATIENCE_MS, startPatienceMs = START_PATIENCE_MS } = options
  if (url.startsWith('sqlite:')) {
    const { openSqlite } = await import('./sqlite.ts')
    const open = async () => openSqlite(url.slice('sqlite:'.length), { clock, synchronous })
    return open().catch(explain(url))
  }
  if (/^mongodb(\+srv)?:\/\//.test(url)) {
    const { openMongo } = await import('./mongo.ts')
    const appName = options.appName ?? (options.schema ? `menshen-${options.schema.service}` : 'menshen')
    return openMongo(url, { clock, patienceMs, appName, startPatienceMs }).catch(explain(url))
  }
  throw new ExpectedError('the database URL must begin with sqlite:, mongodb:// or mongodb+srv://')
}

async function orClose<T>(driver: Driver, url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await driver.close()
    if (error instanceof ExpectedError) throw error
    return explain(url)(error as Error)
  }
}

const whatOf = (url: string) =>
  url.startsWith('sqlite:')
    ? `the database file ${url.slice('sqlite:'.length)} can't be opened or written`
    : `MongoDB${atHosts(url)} can't be used`

/** One line for the person who starts the service. No cause: the error of a driver may carry the URL, and with it a password. */
const explain = (url: string) => (error: Error) => {
  const reason = error instanceof DatabaseUnavailable && error.cause instanceof Error ? error.cause : error
  throw new ExpectedError(`${whatOf(url)}: ${withoutUser(reason.message)} (DATABASE_URL)`)
}

/** The hosts of a URL with one `@` at most: with more, what is host and what is password can't be told. */
function atHosts(url: string): string {
  const [, hosts] = /^[^:]+:\/\/(?:[^@/?]*@)?([^@/?]+)(?:[/?][^@]*)?$/.exec(url) ?? []
  return hosts === undefined ? '' : ` at ${hosts}`
}

const withoutUser = (message: string) => message.replace(/\/\/.*@/gs, '//')
