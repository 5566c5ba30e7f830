import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from '@jest/globals'

/** The MongoDB that tests may use (`TEST_DATABASE_URL`), each with a database of its own; without one they are skipped, in CI they fail. */
export function testMongoUrl(): string | undefined {
  const server = process.env['TEST_DATABASE_URL']
  if (!server && process.env['CI'] === 'true')
    throw new Error('TEST_DATABASE_URL is not set: in CI the MongoDB tests are not skipped')
  if (!server) return undefined
  const url = new URL(server)
  url.pathname = `/test_${randomBytes(6).toString('hex')}`
  return url.href
}

/**
 * Declares tests that need a MongoDB, each call of `freshUrl` names an empty database; without one a skipped test of this name tells so. With
 * `TEST_STORES=mongodb` their twins run there, and they are not declared twice.
 */
export function onMongo(name: string, declare: (freshUrl: () => string) => void): void {
  if (process.env['TEST_STORES'] === 'mongodb') return
  if (testMongoUrl()) declare(() => testMongoUrl() ?? '')
  else describe(`${name} on MongoDB`, () => test.skip('skipped: set TEST_DATABASE_URL to a replica set', () => {}))
}

/** Where feature tests keep their records: SQLite in memory, or with `TEST_STORES=mongodb` an empty database of the MongoDB. */
export const testDatabaseUrl = (): string =>
  process.env['TEST_STORES'] === 'mongodb' ? (testMongoUrl() ?? '') : 'sqlite::memory:'

/** A SQLite file in a new folder under the system's temporary one. */
export const testSqliteUrl = (): string => `sqlite:${join(mkdtempSync(join(tmpdir(), 'menshen-')), 'test.db')}`
