import { createHash } from 'node:crypto'
import { ExpectedError } from '../run-main.ts'
import { createDatabase } from './database.ts'
import { defineCollection } from './operations.ts'
import type { AnyDefinition, Driver } from './port.ts'

/** All that a service stores. Who changes a key, an index or an expiry of its collections counts the version up. */
export interface Schema {
  service: string
  version: number
  collections: readonly AnyDefinition[]
}

/** What each service made of this database last. */
export interface SchemaVersion {
  service: string
  version: number
  fingerprint: string
  /** Where its records were copied from: until that is finished nobody may work on them. */
  copy?: { from: string; finished: boolean }
}

export const schemaVersions = defineCollection<SchemaVersion>({ name: 'schema_versions', key: 'service' })

/** Changes with each key, index and expiry of the collections, in whatever order they are named. */
export function fingerprintOf({ collections }: Schema): string {
  const lines = collections.map(({ name, key, unique = [], indexes = [], expiry = null }) =>
    JSON.stringify([name, key, [...unique].map(String).sort(), [...indexes].map(String).sort(), expiry]),
  )
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, 16)
}

/** What was done to bring a database to the version of this program; no steps when it was there. */
export interface Migration {
  from: number | undefined
  to: number
  steps: string[]
}

/**
 * Brings the tables and indexes to the schema: makes what is missing and changes or removes no record, so that processes of the version before go on; two that do
 * so at once make it once. @throws ExpectedError when a newer version has been here.
 */
export async function migrate(driver: Driver, schema: Schema): Promise<Migration> {
  const { service, version, collections } = schema
  const stored = await storedVersion(driver, schema)
  const steps = await driver.prepare(collections)
  const now = { version, fingerprint: fingerprintOf(schema) }
  const versions = createDatabase(driver, [schemaVersions]).collection(schemaVersions)
  await versions.upsert(service, { insert: now })
  await versions.update({ service, version: { lte: version } }, { set: now }) // never back
  return { from: stored?.version, to: version, steps }
}

/** The same, where a database that was brought to the schema before is believed to be so still. */
export async function migrateOnce(driver: Driver, schema: Schema): Promise<void> {
  const stored = await storedVersion(driver, schema)
  if (!stored || !isOf(stored, schema)) await migrate(driver, schema)
}

/** @throws ExpectedError unless the database is of this very version: what to do is said. */
export async function requireMigrated(driver: Driver, schema: Schema): Promise<void> {
  const stored = await storedVersion(driver, schema)
  if (stored && isOf(stored, schema)) return
  const { service, version } = schema
  const is = stored ? `has version ${stored.version} of the tables of ${service}` : `has no tables of ${service} yet`
  const todo = 'run `npm run menshen -- migrate` with the DATABASE_URL of the suite'
  const suffix = service.replaceAll('-', '_')
  const which = `mongodb://…/NAME where this service has …/NAME_${suffix}, sqlite:FOLDER where it has FOLDER/${service}.db`
  throw new ExpectedError(`the database ${is}, this program needs version ${version}: ${todo} (${which})`)
}

/** Whether a database was brought to this very schema. */
export const isOf = (stored: SchemaVersion, schema: Schema) =>
  stored.version === schema.version && stored.fingerprint === fingerprintOf(schema)

async function storedVersion(driver: Driver, { service, version }: Schema): Promise<SchemaVersion | undefined> {
  await driver.prepare([schemaVersions])
  const stored = (await driver.find(schemaVersions, { service })) as SchemaVersion | undefined
  refuseNewer(stored, { service, version })
  if (stored?.copy?.finished !== false) return stored
  throw new ExpectedError(
    `the database is an unfinished copy of ${stored.copy.from}: run \`npm run menshen -- copy\` again as before, and it goes on`,
  )
}

/** @throws ExpectedError when a newer version has been here. */
export function refuseNewer(stored: SchemaVersion | undefined, { service, version }: Pick<Schema, 'service' | 'version'>): void {
  if (!stored || stored.version <= version) return
  throw new ExpectedError(
    `the database has version ${stored.version} of the tables of ${service}, this program knows ${version}: start the release that was here last`,
  )
}
