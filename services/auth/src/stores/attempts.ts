import { type Database, defineCollection } from '@menshen/shared/storage'
import type { AttemptStore } from '../core/ports.ts'
import type { Attempts } from '../core/types.ts'

export const attempts = defineCollection<Attempts>({ name: 'attempts', key: 'key', expiry: 'expiresAt' })

export function createAttemptStore(database: Database): AttemptStore {
  const stored = database.collection(attempts)
  return {
    find: (key) => stored.find({ key }),
    begin: (key, expiresAt) => stored.upsert(key, { insert: { failures: 0, lastAt: 0, expiresAt } }),
    count: (key, failures, now) => stored.update({ key, failures }, { inc: { failures: 1 }, set: { lastAt: now } }),
    async giveBack({ key, expiresAt }) {
      await stored.update({ key, expiresAt, failures: { gt: 0 } }, { inc: { failures: -1 } })
    },
  }
}
