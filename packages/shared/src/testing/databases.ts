import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from '@jest/globals'

/** The kind of store that all tests use, where they can: `sqlite` or `mongodb`. */
const onlyStore = process.env['TEST_STORES']

/** The MongoDB that tests may use (`TEST_DATABASE_URL`), each with a database of its own; without one they are skipped, in CI they fail. */
export function testMongoUrl(): string | undefined {
  if (onlyStore === 'sqlite') return undefined
  const server = process.env['TEST_DATABASE_URL']
  if (!server && process.env['CI'] === 'true')
    throw new Error('TEST_DATABASE_URL is not set: in CI the MongoDB tests are not skipped')
  if (!server) return undefined
  const url = new URL(server)
  url.pathname = `/test_${randomBytes(6).toString('hex')}`
  return url.href
}

/**
 * Declares tests that need a MongoDB, each call of `freshUrl` names an empty database; without one a skipped test of this name tells so. None where
 * `TEST_STORES` names one kind of store: of twins one runs there.
 */
export function onMongo(name: string, declare: (freshUrl: () => string) => void): void {
  if (onlyStore !== undefined) return
  if (testMongoUrl()) declare(() => testMongoUrl() ?? '')
  else describe(`${name} on MongoDB`, () => test.skip('skipped: set TEST_DATABASE_URL to a replica set', () => {}))
}

/** Where feature tests keep their records: SQLite in memory, or with `TEST_STORES=mongodb` an empty database of the MongoDB. */
export const testDatabaseUrl = (): string => (onlyStore === 'mongodb' ? (testMongoUrl() ?? '') : 'sqlite::memory:')

/** A SQLite file in a new folder under the system's temporary one. */
export const testSqliteUrl = (): string => `sqlite:${join(mkdtempSync(join(tmpdir(), 'menshen-')), 'test.db')}`
