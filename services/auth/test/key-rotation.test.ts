import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createLeases } from '@menshen/shared/leases'
import { onMongo } from '@menshen/shared/testing/databases'
import { listKeys } from '../src/admin/keys.ts'
import { nextRotations, rotateDueKeys } from '../src/admin/rotate-due-keys.ts'
import { audit } from '../src/stores/audit.ts'
import { keys } from '../src/stores/keys.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

const day = 86_400_000

function rotatingOn(driver: string, databaseUrl: () => string): void {
  describe(`keys rotate by themselves on ${driver}`, () => {
    let auth: TestAuth
    beforeEach(async () => {
      auth = await startAuth({ databaseUrl: databaseUrl() })
    })
    afterEach(() => auth.stop())

    const asJob = (more: Partial<TestAuth['config']> = {}) => ({
      ...auth.deps,
      config: { ...auth.deps.config, ...more },
      actor: 'key rotation',
      openVault: async () => auth.deps.vault,
    })
    const states = async (alg = 'ES256') => (await listKeys(auth.deps)).filter((key) => key.alg === alg).map(({ state }) => state)
    const after = async (days: number, more: Partial<TestAuth['config']> = {}) => {
      auth.clock.advance(days * day)
      await rotateDueKeys(asJob(more))
      return states()
    }

    test('the next key is announced 14 days before the one that signs has signed for 90, and follows it then', async () => {
      expect(await after(75.9)).toEqual(['signing'])
      expect(await after(0.2)).toEqual(['signing', 'announced'])
      expect(await states('RS256')).toEqual(['signing', 'announced'])
      const [, next] = await listKeys(auth.deps)
      expect(next?.signsFrom).toBe((next?.createdAt ?? 0) + 14 * day)
      expect(await after(13.9)).toEqual(['signing', 'announced'])
      expect(await after(0.1)).toEqual(['retained', 'signing'])
      expect(await after(13.9)).toEqual(['retained', 'signing'])
      expect(await after(0.1)).toEqual(['signing'])
    })

    test('it goes on for ever, one at a time', async () => {
      for (let round = 0; round < 3; round++) {
        expect(await after(76.5)).toContain('announced')
        expect((await after(14)).filter((state) => state === 'signing')).toHaveLength(1)
      }
    })

    test('a key is retained as long as the longest token lives, however short the setting', async () => {
      await after(76.5, { keyRetain: 1 })
      auth.clock.advance(14 * day)
      expect(await after(0.9)).toEqual(['retained', 'signing'])
      expect(await after(0.2)).toEqual(['signing'])
    })

    test('of several processes one rotates; a process that was away for a year rotates once', async () => {
      auth.clock.advance(365 * day)
      const { database, clock } = auth.deps
      const processes = Array.from({ length: 5 }, () => ({ ...asJob(), leases: createLeases({ database, clock }) }))
      await Promise.all(processes.map((process) => rotateDueKeys(process)))
      expect(await states()).toEqual(['signing', 'announced'])
      expect(await database.collection(audit).list({})).toHaveLength(2) // one for each algorithm
    })

    test('what is told of the next rotation is what happens', async () => {
      const [first] = await listKeys(auth.deps)
      const [next] = await nextRotations(auth.deps)
      expect(next).toEqual({
        alg: 'RS256',
        announcedAt: (first?.createdAt ?? 0) + 76 * day,
        signsFrom: (first?.createdAt ?? 0) + 90 * day,
      })
      await after(76)
      expect((await listKeys(auth.deps)).map(({ signsFrom }) => signsFrom)).toContain(next?.signsFrom)
      expect(await nextRotations({ ...auth.deps, config: { keyRotationInterval: 0, keyAnnounce: 600 } })).toEqual([])
    })

    test('an interval of 0 leaves it to the administrator', async () => {
      expect(await after(365, { keyRotationInterval: 0 })).toEqual(['signing'])
    })

    test('keys of a database from before times were written down rotate by their age', async () => {
      for (const { id } of await auth.database.collection(keys).list({}))
        await auth.database.collection(keys).update({ id }, { set: { signsFrom: null as never, endsAt: null } })
      expect(await after(75)).toEqual(['signing'])
      expect(await after(1.1)).toEqual(['signing', 'announced'])
    })
  })
}

rotatingOn('SQLite', () => 'sqlite::memory:')
onMongo('keys rotate by themselves', (freshUrl) => rotatingOn('MongoDB', freshUrl))
