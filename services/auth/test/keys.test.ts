import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { onMongo } from '@menshen/shared/testing/databases'
import { listKeys, rotateKey } from '../src/admin/keys.ts'
import { openKeys } from '../src/core/keys.ts'
import { createVault } from '../src/core/vault.ts'
import { reportJob } from './support/people.ts'
import { secretsKey, startAuth, type TestAuth } from './support/start-auth.ts'

const rotation = { alg: 'ES256', announce: 600, compromised: false } as const
const day = 86_400_000

function rotatingOn(driver: string, databaseUrl: () => string): void {
  describe(`rotating keys on ${driver}`, () => {
    let auth: TestAuth
    beforeEach(async () => {
      auth = await startAuth({ databaseUrl: databaseUrl(), env: { KEY_RETAIN: '1' } })
    })
    afterEach(() => auth.stop())

    const admin = () => ({ ...auth.deps, actor: 'test', openVault: async () => auth.deps.vault })
    const rotate = async (more: Partial<Parameters<typeof rotateKey>[0]> = {}) => {
      const keys = await rotateKey({ ...rotation, ...more }, admin())
      await auth.deps.signing.refresh()
      return keys.at(-1)?.kid ?? ''
    }
    const published = () => auth.deps.signing.jwks().keys.map(({ kid }) => kid)
    const states = async () => (await listKeys(auth.deps)).filter(({ alg }) => alg === 'ES256').map(({ state }) => state)
    const token = async (): Promise<string> =>
      (await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'learning:read' })).body.access_token
    const kidOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid
    const isGood = async (jwt: string) => (await auth.deps.signing.verify(jwt)) !== undefined

    test('the next key is in the key set before it signs, so that APIs know it by then (OpenID Connect Core section 10.1.1)', async () => {
      const before = kidOf(await token())
      const next = await rotate()
      expect(published()).toEqual(expect.arrayContaining([before, next]))
      expect([kidOf(await token()), await states()]).toEqual([before, ['signing', 'announced']])
      auth.clock.advance(600_000)
      expect([kidOf(await token()), await states()]).toEqual([next, ['retained', 'signing']])
    })

    test('the key before stays until the last token that it signed has ended, and not longer', async () => {
      const early = await token()
      const before = kidOf(early)
      await rotate()
      auth.clock.advance(600_000 + day - 1)
      await auth.deps.signing.refresh()
      expect([published().includes(before), await isGood(early)]).toEqual([true, true])
      auth.clock.advance(1)
      await auth.deps.signing.refresh()
      expect([published().includes(before), await isGood(early)]).toEqual([false, false])
    })

    test('a compromised key is out at once: what it signed is refused', async () => {
      const early = await token()
      const next = await rotate({ compromised: true })
      expect([published().includes(kidOf(early)), await isGood(early), kidOf(await token())]).toEqual([false, false, next])
    })

    test('of several that rotate at once one does; the next waits until the announced key signs', async () => {
      const outcomes = await Promise.allSettled([rotate(), rotate(), rotate()])
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await states()).toEqual(['signing', 'announced'])
      expect(await rotate().catch(String)).toMatch(/ is announced and signs from 20.*; --now lets it sign in a moment$/)
    })

    test('a key that is announced for days signs after a moment when an operator is in a hurry, and the one before goes earlier', async () => {
      const early = await token()
      const next = await rotate({ announce: 14 * 86_400 })
      const hurried = await Promise.allSettled([1, 2].map(() => rotate({ announce: 5, hastens: true })))
      expect(hurried.map(({ status }) => status)).toContain('fulfilled')
      expect(await rotate({ announce: 5, hastens: true })).toBe(next) // asked again it is as it was asked
      expect([kidOf(await token()), await states()]).toEqual([kidOf(early), ['signing', 'announced']])
      auth.clock.advance(5000)
      expect([kidOf(await token()), await states()]).toEqual([next, ['retained', 'signing']])
      auth.clock.advance(day)
      await auth.deps.signing.refresh()
      expect(published()).not.toContain(kidOf(early))
      expect(await rotate({ announce: 5, hastens: true })).not.toBe(next)
    })

    test('what another process signed with a key that is unknown here is good here, too, at once', async () => {
      const behind = await openKeys(auth.deps) // no event reaches it
      await rotate({ compromised: true })
      const signed = await token()
      const read = await Promise.all([behind.verify(signed), behind.verify(signed)])
      expect(read.map((verified) => verified?.typ)).toEqual(['at+jwt', 'at+jwt'])
    })

    test('keys that nobody has are looked for once a second, whatever strangers name', async () => {
      const [header, ...rest] = (await token()).split('.')
      const { alg, typ } = JSON.parse(Buffer.from(header ?? '', 'base64url').toString())
      const strange = (kid: string) => [Buffer.from(JSON.stringify({ alg, typ, kid })).toString('base64url'), ...rest].join('.')
      const looks = async () => {
        auth.database.reset()
        for (let i = 0; i < 20; i++) expect(await isGood(strange(`key ${i}`))).toBe(false)
        return auth.database.calls
      }
      expect(await looks()).toEqual(['keys.list'])
      expect(await looks()).toEqual([])
      auth.clock.advance(1000)
      expect(await looks()).toEqual(['keys.list'])
    })

    test('a process whose SECRETS_KEY does not open a new key verifies by it, signs with none that is gone, and is not ready', async () => {
      const vault = createVault(['the key that comes; 32 characters or more', secretsKey])
      const ready = async () => (await auth.get('/readyz')).body
      await rotateKey(rotation, { ...admin(), openVault: async () => vault })
      const ahead = await openKeys({ ...auth.deps, vault })
      await auth.deps.signing.refresh()
      expect(await ready()).toEqual({ status: 'unavailable', unavailable: ['keys'] })
      auth.clock.advance(600_000)
      const signed = await ahead.sign({}, { alg: 'ES256', typ: 'JWT' })
      expect([published().includes(kidOf(signed)), await isGood(signed)]).toEqual([true, true])
      const early = await token()
      expect(kidOf(early)).not.toBe(kidOf(signed))

      await rotate({ compromised: true })
      expect([published().includes(kidOf(early)), await isGood(early)]).toEqual([false, false])
      expect(await ready()).toEqual({ status: 'ok' })
    })

    test('two processes sign with the same key at the same time, once both have looked', async () => {
      const other = await openKeys(auth.deps)
      const next = await rotate()
      await other.refresh()
      auth.clock.advance(600_000)
      const signed = await other.sign({}, { alg: 'ES256', typ: 'JWT' })
      expect([kidOf(signed), kidOf(await token())]).toEqual([next, next])
    })
  })
}

rotatingOn('SQLite', () => 'sqlite::memory:')
onMongo('rotating keys', (freshUrl) => rotatingOn('MongoDB', freshUrl))
