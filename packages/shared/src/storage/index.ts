import { createDatabase } from './database.ts'
import { type DriverOptions, openDriver, orClose } from './open-driver.ts'
import type { AnyDefinition, Database } from './port.ts'
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

export interface OpenOptions extends DriverOptions {
  /** Every collection that is used; tables and indexes are made when missing, unless there is a schema. */
  collections?: readonly AnyDefinition[]
  /** All that a service stores, by version, instead of collections alone. */
  schema?: Schema
  /** Whether a database of an older schema is brought along (when left out), or refused: production does so by `menshen migrate`. */
  migrates?: boolean
  /** Told how long each call took. */
  took?: Took
}

/**
 * Opens the database that the URL names: `sqlite:./path/file.db`, `sqlite::memory:` or `mongodb://…` (a replica set).
 * @throws ExpectedError, one line for the person who starts it, when it can't be used or has another version.
 */
export async function openDatabase(url: string, options: OpenOptions): Promise<Database> {
  const { schema, collections = schema?.collections ?? [], migrates = true } = options
  const driver = await openDriver(url, { ...options, appName: options.appName ?? (schema && `menshen-${schema.service}`) })
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
