import { describe, expect, test } from '@jest/globals'
import { testMongoUrl, testSqliteUrl } from '../testing/databases.ts'
import { storageContract } from './contract.ts'
import { openDatabase } from './index.ts'

storageContract('SQLite in memory', () => 'sqlite::memory:')
const file = testSqliteUrl()
storageContract('a SQLite file', () => file)

const mongo = testMongoUrl()
if (mongo) storageContract('MongoDB', () => mongo)
else describe('storage on MongoDB', () => test.skip('skipped: set TEST_DATABASE_URL to a replica set', () => {}))

test('a URL of no known database is refused by name', async () => {
  await expect(openDatabase('postgres://x', { collections: [] })).rejects.toThrow('must begin with sqlite:')
})
