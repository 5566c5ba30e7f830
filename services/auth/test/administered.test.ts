import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createOutbox } from '@menshen/shared/events'
import { onMongo, testDatabaseUrl } from '@menshen/shared/testing/databases'
import { testLog } from '@menshen/shared/testing/test-log'
import { deleteClient } from '../src/admin/clients.ts'
import { disableUser, enableUser, setPassword, unlockUser } from '../src/admin/users.ts'
import { clients } from '../src/stores/clients.ts'
import { consents } from '../src/stores/consents.ts'
import { grants } from '../src/stores/grants.ts'
import { sessions } from '../src/stores/sessions.ts'
import { alice, bookshop, mobileApp } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

const offline = 'openid learning:read offline_access'

function administeredOn(driver: string, databaseUrl: () => string): void {
  describe(`administered on ${driver}`, () => {
    let auth: TestAuth
    beforeEach(async () => {
      auth = await startAuth({ databaseUrl: databaseUrl() })
    })
    afterEach(() => auth.stop())

    /** As menshen does it, in a process that publishes nothing; the relay of auth takes it up. */
    const admin = () => {
      const { database, clock, passwords } = auth.deps
      const outbox = createOutbox({ database, bus: null, clock, log: testLog, source: 'menshen/auth' })
      return { database, clock, passwords, outbox, actor: 'test' }
    }
    const relayed = async () => {
      while ((await auth.deps.outbox.relay()) > 0) auth.clock.advance(5000) // what handlers commit may wait, too
    }
    const standing = async () => ({
      grants: (await auth.database.collection(grants).list({ sub: alice.sub, revokedAt: null })).length,
      sessions: (await auth.database.collection(sessions).list({ sub: alice.sub, endedAt: null })).length,
    })
    const signedIn = async () =>
      (await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop, scope: offline }))).body

    test('a ban ends what stays connected without the person, too, and enabling brings none of it back', async () => {
      const { refresh_token } = await signedIn()
      await disableUser('alice', admin())
      await relayed()
      expect(await standing()).toEqual({ grants: 0, sessions: 0 })
      await enableUser('alice', admin())
      expect((await auth.refresh(bookshop, refresh_token)).body.error).toBe('invalid_grant')
    })

    test('enabling before the ban was worked off ends first what rested on the account', async () => {
      const { refresh_token } = await signedIn()
      await disableUser('alice', admin())
      await enableUser('alice', admin())
      expect((await auth.refresh(bookshop, refresh_token)).body.error).toBe('invalid_grant')
      const again = await signedIn()
      await relayed() // the event of the ban comes late
      expect((await auth.refresh(bookshop, again.refresh_token)).status).toBe(200)
    })

    test('a new password ends every session and Grant there is, and the old one opens nothing', async () => {
      const { refresh_token } = await signedIn()
      await auth.passwordGrant(alice)
      await setPassword('alice', 'a password that is new', admin())
      expect((await auth.passwordGrant(alice)).status).toBe(400)
      const fresh = (await auth.passwordGrant({ ...alice, password: 'a password that is new' })).body
      await relayed()
      expect((await auth.refresh(bookshop, refresh_token)).body.error).toBe('invalid_grant')
      expect((await auth.refresh(mobileApp, fresh.refresh_token)).status).toBe(200) // began with the new one
    })

    test('a sign-in that comes between the look and the change of a password is seen, and ends', async () => {
      const given = admin()
      let late = ''
      const outbox = {
        ...given.outbox,
        async commit(...change: Parameters<typeof given.outbox.commit>) {
          if (late === '') late = (await auth.passwordGrant(alice)).body.refresh_token
          return given.outbox.commit(...change)
        },
      }
      await setPassword('alice', 'a password that is new', { ...given, outbox })
      await relayed()
      expect((await auth.refresh(mobileApp, late)).body.error).toBe('invalid_grant')
    })

    test('a client of the name of one that was deleted inherits no token and no consent', async () => {
      const { refresh_token } = await signedIn()
      await deleteClient('bookshop', admin())
      await relayed()
      const { secret: _, ...client } = bookshop
      await auth.database.collection(clients).insert(client)
      auth.clock.advance(5001)
      expect((await auth.refresh(bookshop, refresh_token)).body.error).toBe('invalid_grant')
      expect(await auth.database.collection(consents).list({ client_id: 'bookshop' })).toEqual([])
    })

    test('unlocking lets the person in who had to wait after the guesses of others', async () => {
      for (let i = 0; i < 6; i++) await auth.passwordGrant({ ...alice, password: 'a wrong guess' })
      expect((await auth.passwordGrant(alice)).status).toBe(429)
      expect((await unlockUser('alice', admin())).failures).toBeGreaterThanOrEqual(5)
      expect((await auth.passwordGrant(alice)).status).toBe(200)
    })
  })
}

administeredOn('SQLite', testDatabaseUrl)
onMongo('administered', (freshUrl) => administeredOn('MongoDB', freshUrl))
