import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { EventHandler } from '@menshen/shared/events'
import { createOutbox, outboxEvents } from '@menshen/shared/events'
import type { Database } from '@menshen/shared/storage'
import { createBrowser } from '@menshen/shared/testing/browser'
import { onMongo, testDatabaseUrl } from '@menshen/shared/testing/databases'
import { testLog } from '@menshen/shared/testing/test-log'
import { decodeJwt } from 'jose'
import { applyDocument } from '../src/admin/apply.ts'
import { createUser } from '../src/admin/create.ts'
import { deleteUser } from '../src/admin/delete-user.ts'
import { findUser } from '../src/admin/find-user.ts'
import { NotFound } from '../src/admin/refusal.ts'
import { disableUser, enableUser } from '../src/admin/users.ts'
import { tellLogouts } from '../src/core/backchannel-logout.ts'
import { audit } from '../src/stores/audit.ts'
import { collections } from '../src/stores/index.ts'
import { users } from '../src/stores/users.ts'
import { type AppBackEnds, listenAsApps, settled } from './support/backchannel.ts'
import { alice, bob, bookshop, mobileApp, projectCenter } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

const carol = {
  username: 'Carol',
  password: 'a password of carol',
  name: 'Carol Wu',
  email: 'carol@menshen.example',
  email_verified: true,
}

function deletedOn(driver: string, databaseUrl: () => string): void {
  describe(`a deleted account on ${driver}`, () => {
    let auth: TestAuth
    let apps: AppBackEnds
    beforeEach(async () => {
      apps = await listenAsApps()
      auth = await startAuth({ databaseUrl: databaseUrl() })
      for (const client of [projectCenter, bookshop])
        await auth.setClient(client, { backchannel_logout_uri: `${apps.url}/${client.client_id}` })
    })
    afterEach(async () => {
      await apps.close()
      await auth.stop()
    })

    /** As menshen does it, in a process that publishes nothing; the relay of auth takes it up. */
    const admin = () => {
      const { database, clock, passwords, config, vault } = auth.deps
      const outbox = createOutbox({ database, bus: null, clock, log: testLog, source: 'menshen/auth' })
      return { database, clock, passwords, outbox, actor: 'test', config, openVault: async () => vault }
    }
    const relayed = async () => {
      while ((await auth.deps.outbox.relay()) > 0) auth.clock.advance(5000) // what handlers commit may wait, too
    }
    /** As after some failures: the events of sessions come a minute later. */
    const letSessionsRest = async () => {
      const rows = auth.database.collection(outboxEvents)
      for (const { id, event } of await rows.list({}))
        if (event.type === 'session.ended') await rows.update({ id }, { set: { dueAt: auth.clock.now() + 60_000 } })
    }
    const entered = async (client = bookshop, browser = createBrowser(), person = alice) => {
      const scope = client === bookshop ? 'openid learning:read offline_access' : 'openid'
      const approved = await auth.approve(person, { client, scope, browser })
      return { browser, ...(await auth.redeem(client, approved)).body }
    }
    /** Every record there is, by collection. */
    const dump = async (): Promise<Array<[string, object[]]>> =>
      Promise.all(
        collections.map(async (one) => [one.name, await auth.database.collection<object>(one).list({})] as const),
      ) as never
    const holding = async (text: string) =>
      (await dump()).filter(([, records]) => JSON.stringify(records).includes(text)).map(([name]) => name)
    const carolThere = async () => {
      const { sub } = await createUser(carol, admin())
      auth.clock.advance(1000)
      await disableUser('carol', admin())
      auth.clock.advance(1000)
      await enableUser('carol', admin())
      auth.clock.advance(1000)
      await relayed()
      return { ...alice, ...carol, sub }
    }

    test('opens nothing from that moment: no sign-in, no new code, no userinfo', async () => {
      const { browser, access_token } = await entered()
      await deleteUser('alice', admin())
      expect((await auth.passwordGrant(alice)).body.error).toBe('invalid_grant')
      expect((await auth.get('/oauth2/userinfo', { authorization: `Bearer ${access_token}` })).status).toBe(401)
      await browser.get(auth.authorizeUrl(bookshop))
      await browser.follow()
      expect(browser.page).toMatchObject({ status: 200, body: expect.stringContaining('name="password"') })
    })

    test('is dead at refresh and introspection once the event is worked off, also what stays connected without the person', async () => {
      const web = await entered()
      const phone = (await auth.passwordGrant(alice)).body
      const told = new Map<string, string>() // an event may come twice
      const hear: EventHandler = ({ id, type }) => void told.set(id, type)
      await auth.bus.listen({ handlers: { 'grant.revoked': hear, 'session.ended': hear, 'user.deleted': hear } })
      await deleteUser('alice', admin())
      await relayed()
      await settled(auth)
      expect([...told.values()].sort()).toEqual([
        'grant.revoked',
        'grant.revoked',
        'session.ended',
        'session.ended',
        'user.deleted',
      ])
      expect((await auth.refresh(bookshop, web.refresh_token)).body.error).toBe('invalid_grant')
      expect((await auth.refresh(mobileApp, phone.refresh_token)).body.error).toBe('invalid_grant')
      expect((await auth.asClient(bookshop, '/oauth2/introspect', { token: web.access_token })).body).toEqual({ active: false })
    })

    test('leaves nothing of its person: a sub that was somebody, and that an administrator did something', async () => {
      const person = await carolThere()
      await entered(bookshop, createBrowser(), person)
      const { refresh_token } = (await auth.passwordGrant(person)).body
      await auth.refresh(mobileApp, refresh_token)
      await auth.passwordGrant({ ...person, password: 'a wrong guess' })
      expect(await holding('carol@menshen.example')).toEqual(['users', 'identifiers', 'audit'])
      expect((await holding(person.sub)).length).toBeGreaterThan(6)

      await deleteUser('carol@menshen.example', admin())
      await relayed()
      for (const text of ['Carol', 'carol@menshen.example', 'carol']) expect([text, await holding(text)]).toEqual([text, []])
      while ((await holding(person.sub)).includes('logout_notices')) await new Promise(setImmediate)
      expect(await holding(person.sub)).toEqual(['users', 'audit'])
      const records = await auth.database.collection(audit).list({ subject: person.sub }, { orderBy: 'at' })
      expect(records.map(({ action }) => action)).toEqual(['user.created', 'user.disabled', 'user.enabled', 'user.deleted'])
      expect(records.at(-1)).toMatchObject({ actor: 'test', before: { version: 3, roles: [], disabledAt: null }, after: null })
      expect(records.at(1)).toMatchObject({ after: { disabledAt: expect.any(Number), version: 2 } })
    })

    test('leaves other people what is theirs', async () => {
      const { refresh_token } = await entered(bookshop, createBrowser(), bob)
      const before = (await holding(bob.sub)).length
      await entered()
      await deleteUser('alice', admin())
      await relayed()
      expect((await holding(bob.sub)).length).toBe(before)
      expect((await auth.refresh(bookshop, refresh_token)).status).toBe(200)
    })

    test('is told of to the apps of each of its sessions (Back-Channel Logout section 2.5)', async () => {
      const one = await entered(projectCenter)
      await entered(bookshop, one.browser)
      const other = await entered(projectCenter)
      await deleteUser('alice', admin())
      await relayed()
      while (apps.told.length < 3) await new Promise(setImmediate)
      const sids = (path: string) => new Set(apps.tokensAt(path).map((token) => decodeJwt(token)['sid']))
      const [first, second] = [one, other].map(({ id_token }) => decodeJwt(id_token)['sid'])
      expect(sids('/project-center')).toEqual(new Set([first, second]))
      expect(sids('/bookshop')).toEqual(new Set([first]))
    })

    test('frees its user name for another person; its sub is never given again (OpenID Connect Core section 8)', async () => {
      await deleteUser('alice', admin())
      expect(await holding('username:alice')).toEqual([])
      const again = await createUser({ username: 'alice', password: 'another alice, another password' }, admin())
      expect(again.sub).not.toBe(alice.sub)
      await relayed()
      expect(await findUser('alice', admin())).toMatchObject({ sub: again.sub })
      expect((await auth.passwordGrant({ ...alice, password: 'another alice, another password' })).status).toBe(200)

      const document = { users: [{ username: 'mallory', password: 'the password of mallory', sub: alice.sub }] }
      const refused = await applyDocument(document, admin()).catch(String)
      expect(refused).toContain('users[0].sub is that of another user, or was')
    })

    test('is deleted once, and not found after that', async () => {
      const both = await Promise.allSettled([deleteUser('alice', admin()), deleteUser('alice', admin())])
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      for (const named of ['alice', alice.sub])
        for (const change of [deleteUser, enableUser])
          expect(await change(named, admin()).catch((error) => error)).toBeInstanceOf(NotFound)
      expect(await auth.database.collection(audit).list({ action: 'user.deleted' })).toHaveLength(1)
    })

    test('is not deleted in the middle of another change: that one is seen first', async () => {
      const given = admin()
      let late = true
      const outbox = {
        ...given.outbox,
        async commit(...change: Parameters<typeof given.outbox.commit>) {
          if (late) {
            late = false
            await disableUser('alice', admin())
          }
          return given.outbox.commit(...change)
        },
      }
      await deleteUser('alice', { ...given, outbox })
      expect(await auth.database.collection(users).find({ sub: alice.sub })).toMatchObject({ version: 3, claims: {} })
    })

    test('whose erasure stopped at any of its steps is erased to the end by the relay', async () => {
      for (let steps = 0, stopped = true; stopped; steps++) {
        const person = await carolThere()
        await entered(projectCenter, createBrowser(), person)
        await entered(bookshop, createBrowser(), person)
        await deleteUser('carol', admin())
        const stops = stopAfter(steps, auth.database)
        await auth.deps.outbox.relay().catch(() => undefined)
        stopped = stops.mend()
        await letSessionsRest() // events keep no order: what tells of the sessions may come when their Grants are gone
        for (let rounds = 0; (await holding(person.sub)).length > 2 && rounds < 20; rounds++) {
          auth.clock.advance(20_000) // the lease of the relay that stopped, and the pause before an app is told again
          await relayed()
          await tellLogouts(auth.deps.backchannel)
        }
        expect([steps, await holding(person.sub), await holding('Carol')]).toEqual([steps, ['users', 'audit'], []])
        expect([steps, new Set(apps.told.splice(0).map(({ path }) => path))]).toEqual([
          steps,
          new Set(['/project-center', '/bookshop']),
        ])
        if (steps > 100) throw new Error('it never comes to its end')
      }
    }, 120_000)
  })
}

const writing = ['insert', 'update', 'upsert', 'remove'] as const

/** Lets so many writes pass, then every one fails, until it is mended; tells then whether any did. */
function stopAfter(writes: number, database: Database) {
  const { collection, transaction } = database
  let left = writes
  const pass = () => {
    left -= 1
    if (left < 0) throw new Error('the process died here')
  }
  database.collection = ((definition) => {
    const real = collection(definition)
    const stopping =
      (method: (typeof writing)[number]) =>
      async (...args: never[]) => {
        pass()
        return (real[method] as (...given: never[]) => unknown)(...args)
      }
    return Object.assign({ ...real }, Object.fromEntries(writing.map((method) => [method, stopping(method)])))
  }) as Database['collection']
  database.transaction = async (operations) => {
    pass()
    return transaction(operations)
  }
  return {
    mend: () => {
      Object.assign(database, { collection, transaction })
      return left < 0
    },
  }
}

deletedOn('SQLite', testDatabaseUrl)
onMongo('deleted accounts', (freshUrl) => deletedOn('MongoDB', freshUrl))
