import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { createOutbox, outboxEvents } from '@menshen/shared/events'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { onMongo, testDatabaseUrl } from '@menshen/shared/testing/databases'
import { testLog } from '@menshen/shared/testing/test-log'
import { endDevice, withdrawApp } from '../src/core/end-access.ts'
import { consents } from '../src/stores/consents.ts'
import { grants } from '../src/stores/grants.ts'
import { createStores } from '../src/stores/index.ts'
import { sessions } from '../src/stores/sessions.ts'
import { fieldsOf } from './support/authorize.ts'
import { alice, bob, bookshop, library, mobileApp, projectCenter, type TestClient } from './support/people.ts'
import { type Approved, startAuth, type TestAuth } from './support/start-auth.ts'

const offline = 'openid learning:read offline_access'
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'
const dead = { status: 400, body: { error: 'invalid_grant' } }

function accountOn(driver: string, databaseUrl: () => string): void {
  describe(`/account/sessions on ${driver}`, () => {
    let auth: TestAuth
    let page: string
    beforeEach(async () => {
      auth = await startAuth({ databaseUrl: databaseUrl(), env: { TRUSTED_PROXIES: '127.0.0.1' } })
      page = `${auth.url}/account/sessions`
    })
    afterEach(async () => {
      jest.restoreAllMocks()
      await settled()
      await auth.stop()
    })

    /** Until what was committed has been worked on. */
    async function settled(): Promise<void> {
      while ((await auth.database.collection(outboxEvents).list({})).length > 0) await new Promise(setImmediate)
    }
    const relayed = async () => {
      auth.clock.advance(6000)
      while ((await auth.deps.outbox.relay()) > 0) auth.clock.advance(6000)
      await settled()
    }

    async function signedIn(person: typeof alice, browser = createBrowser(), userAgent = 'a program'): Promise<Browser> {
      auth.clock.advance(1000)
      await browser.get(`${auth.url}/sign-in?account=other`)
      const { username, password } = person
      await browser.post(
        browser.page.url,
        { ...fieldsOf(browser), username, password },
        { 'user-agent': userAgent, 'x-forwarded-for': '203.0.113.77' },
      )
      return browser
    }
    async function open(browser: Browser): Promise<string> {
      await browser.get(page)
      expect(browser.page.status).toBe(200)
      return browser.page.body
    }
    /** Presses a button of the page. */
    async function press(browser: Browser, button: Record<string, string>) {
      await open(browser)
      await browser.submit(button)
      await settled()
      return browser.page
    }
    const sidsIn = (html: string) => [...html.matchAll(/name="end" value="([^"]+)"/g)].map(([, sid = '']) => sid)
    const namesIn = (html: string) => [...html.matchAll(/<h3>([^<]+?)\s*</g)].map(([, name]) => name)
    const sidOf = async (browser: Browser) => sidsIn(await open(browser))[0] ?? ''
    const signsOn = async (browser: Browser) => {
      await browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid' }))
      return browser.page.location?.includes('code=') ?? false
    }
    const tokens = async (client: TestClient, approved: Approved) => (await auth.redeem(client, approved)).body
    const heldBy = async (browser: Browser, client: TestClient, scope = offline): Promise<string> =>
      (await tokens(client, await auth.approve(alice, { client, scope, browser }))).refresh_token
    /** What a process that dies right after it committed leaves behind. */
    const dying = () => {
      const { database, clock } = auth.deps
      const outbox = createOutbox({ database, bus: null, clock, log: testLog, source: 'menshen/auth' })
      const stores = createStores({ database, outbox, clock })
      const died = () => Promise.reject(new Error('died'))
      const { grants: seen, sessions: known } = stores
      return { ...stores, grants: { ...seen, revoke: died }, sessions: { ...known, end: died } }
    }

    test('who is not signed in signs in first and comes back; nobody is led anywhere else by that', async () => {
      const browser = createBrowser()
      await browser.get(page)
      await browser.follow()
      expect(browser.page.url).toBe(`${auth.url}/sign-in?for=sessions`)
      await browser.get(`${auth.url}/sign-in?lang=zh-CN&for=sessions`)
      expect(browser.page.body).toContain('href="?lang=en&amp;for=sessions"')
      await browser.submit({ username: alice.username, password: alice.password }, 'password')
      expect(browser.page.location).toBe(page)
      expect(await browser.get(`${auth.url}/sign-in?for=sessions`)).toMatchObject({ status: 303, location: page })
      for (const elsewhere of ['https://evil.example/', '//evil.example', '/admin', 'constructor']) {
        await browser.get(`${auth.url}/sign-in?for=${encodeURIComponent(elsewhere)}`)
        expect(browser.page.location).toBe(`${auth.url}/`)
      }
    })

    test('each device is told by browser and system, an app by its name; this one is marked and comes first', async () => {
      await signedIn(alice, createBrowser(), windows)
      auth.clock.advance(1000)
      await auth.passwordGrant(alice)
      await signedIn(bob, createBrowser(), windows)
      const here = await signedIn(alice, createBrowser(), '<script>alert(1)</script>')
      await signedIn(alice, createBrowser(), windows)
      const html = await open(here)
      expect(namesIn(html).slice(0, 4)).toEqual(['Unknown browser', 'Chrome on Windows', 'Mobile App', 'Chrome on Windows'])
      expect(html.match(/This device/g)).toHaveLength(1)
      expect(html.indexOf('This device')).toBeLessThan(html.indexOf('Chrome on Windows'))
      expect(html).not.toContain('alert(1)')
      expect([html.match(/203\.0\.113\.\*/g)?.length, html.includes('203.0.113.77')]).toEqual([3, false])
      expect(sidsIn(html)).toHaveLength(4)
    })

    test('first and last seen: signing in again is not the first time, and an app is seen when it refreshes', async () => {
      const { refresh_token } = (await auth.passwordGrant(alice)).body
      const here = await signedIn(alice)
      auth.clock.advance(2 * 3_600_000)
      await signedIn(alice, here)
      auth.clock.advance(3_600_000)
      await auth.refresh(mobileApp, refresh_token)
      auth.clock.advance(120_000)
      const facts = [...(await open(here)).matchAll(/<dt>([^<]+)<\/dt><dd><time [^>]+>([^<]+)</g)].map(([, ...fact]) => fact)
      expect(facts.slice(0, 4)).toEqual([
        ['Last used', 'just now'],
        ['Signed in', '3 hours ago'],
        ['Last used', '2 minutes ago'],
        ['Signed in', '3 hours ago'],
      ])
    })

    test('a device whose sign-on ended days ago is shown as long as an app is connected there, and no longer', async () => {
      const other = createBrowser()
      await heldBy(other, bookshop)
      await signedIn(alice, createBrowser())
      auth.clock.advance(20 * 86_400_000)
      const here = await signedIn(alice)
      expect(sidsIn(await open(here))).toHaveLength(2)
      expect(await signsOn(other)).toBe(false)
      await press(here, { withdraw: bookshop.client_id })
      expect(sidsIn(await open(here))).toHaveLength(1)
    })

    test('ending a device ends all that rests on it, also what stays connected; its browser must sign in; nothing else ends', async () => {
      const [other, here] = [createBrowser(), createBrowser()]
      const ended = { online: await heldBy(other, projectCenter, 'openid'), offline: await heldBy(other, bookshop) }
      const unredeemed = await auth.approve(alice, { client: library, scope: offline, browser: other })
      const kept = await heldBy(here, bookshop)
      const sid = await sidOf(other)

      expect((await press(here, { end: sid })).location).toBe(`${page}?done=device`)
      expect(await auth.refresh(projectCenter, ended.online)).toMatchObject(dead)
      expect(await auth.refresh(bookshop, ended.offline)).toMatchObject(dead)
      expect(await auth.asClient(bookshop, '/oauth2/introspect', { token: ended.offline })).toMatchObject({
        body: { active: false },
      })
      expect(await auth.redeem(library, unredeemed)).toMatchObject(dead)
      expect(await auth.refresh(bookshop, kept)).toMatchObject({ status: 200 })
      expect([await signsOn(here), await signsOn(other)]).toEqual([true, false])
      expect((await other.get(page)).location).toBe(`${auth.url}/sign-in?for=sessions`)
      expect(sidsIn(await open(here))).toHaveLength(1)
    })

    test('ending this device signs it out, with what stays connected', async () => {
      const here = createBrowser()
      const held = await heldBy(here, bookshop)
      expect((await press(here, { end: await sidOf(here) })).location).toBe(`${auth.url}/signed-out`)
      expect(await auth.refresh(bookshop, held)).toMatchObject(dead)
      expect([await signsOn(here), here.cookies.get('menshen_session')]).toEqual([false, undefined])
    })

    test('a device that signed out by itself meanwhile is ended with what it had left connected', async () => {
      const other = createBrowser()
      const held = await heldBy(other, bookshop)
      const sid = await sidOf(other)
      await other.get(`${auth.url}/sign-out`)
      await other.submit()
      await settled()
      expect(await auth.refresh(bookshop, held)).toMatchObject({ status: 200 })
      await press(await signedIn(alice), { end: sid })
      expect((await auth.database.collection(grants).list({ sub: alice.sub, revokedAt: null })).length).toBe(0)
    })

    test('ending all others leaves this device, and nothing else: no browser, no app, nothing connected from before', async () => {
      const [gone, other, here] = [createBrowser(), createBrowser(), createBrowser()]
      const ended = [await heldBy(gone, bookshop), await heldBy(other, bookshop)]
      const app = (await auth.passwordGrant(alice)).body.refresh_token
      await gone.get(`${auth.url}/sign-out`)
      await gone.submit()
      const kept = await heldBy(here, bookshop)
      const bobs = await signedIn(bob)

      expect((await press(here, { others: 'end' })).location).toBe(`${page}?done=others`)
      for (const token of ended) expect(await auth.refresh(bookshop, token)).toMatchObject(dead)
      expect(await auth.refresh(mobileApp, app)).toMatchObject(dead)
      expect(await auth.refresh(bookshop, kept)).toMatchObject({ status: 200 })
      expect([await signsOn(here), await signsOn(other), await signsOn(bobs)]).toEqual([true, false, true])
    })

    test('an app is told with what it may do, in words; one that was only agreed to is, too', async () => {
      const here = createBrowser()
      await auth.approve(alice, { client: bookshop, scope: 'openid learning:read', browser: here })
      auth.clock.advance(40 * 86_400_000) // the code, and what could have come of it, are gone
      const html = await open(await signedIn(alice))
      expect(namesIn(html)).toEqual(['Unknown browser', 'Bookshop'])
      expect(html).toContain('See your courses and progress')
      expect(html).not.toContain('Stay connected')
      expect(html).toMatch(/<dt>Since<\/dt><dd><time [^>]+>[A-Z][a-z]+ \d+, \d{4}</)
    })

    test('withdrawing ends what the app holds everywhere, and it must ask again; other apps keep theirs', async () => {
      const [other, here] = [createBrowser(), createBrowser()]
      const ended = [await heldBy(other, bookshop), await heldBy(here, bookshop)]
      const kept = await heldBy(here, library)
      expect((await press(here, { withdraw: bookshop.client_id })).location).toBe(`${page}?done=app`)
      for (const token of ended) expect(await auth.refresh(bookshop, token)).toMatchObject(dead)
      expect(await auth.refresh(library, kept)).toMatchObject({ status: 200 })
      await here.get(auth.authorizeUrl(bookshop, { scope: offline }))
      expect(here.page.location).toMatch(/\/consent$/)
      expect(namesIn(await open(here))).not.toContain('Bookshop')
    })

    test('withdrawing from one of our own apps signs it out; what it gets after the next sign-in stands', async () => {
      const { refresh_token } = (await auth.passwordGrant(alice)).body
      await press(await signedIn(alice), { withdraw: mobileApp.client_id })
      expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject(dead)
      expect(await auth.database.collection(sessions).list({ client_id: mobileApp.client_id, endedAt: null })).toEqual([])
      const again = (await auth.passwordGrant(alice)).body
      expect(await auth.refresh(mobileApp, again.refresh_token)).toMatchObject({ status: 200 })
    })

    test("another person's session and app are left alone, and answered like what there is not", async () => {
      const bobs = createBrowser()
      const approved = await auth.approve(bob, { client: bookshop, scope: offline, browser: bobs })
      const { refresh_token } = await tokens(bookshop, approved)
      const bobsSid = await sidOf(bobs)
      const here = await signedIn(alice)
      const answers = []
      for (const button of [{ end: bobsSid }, { end: 'nothing' }, { withdraw: 'bookshop' }, { withdraw: 'nothing' }])
        answers.push((await press(here, button)).location)
      await open(here)
      answers.push((await browserPost(here, { as: bobsSid, others: 'end' })).location)
      expect(new Set(answers)).toEqual(new Set([page]))
      expect(await auth.refresh(bookshop, refresh_token)).toMatchObject({ status: 200 })
      expect([await signsOn(bobs), await signsOn(here)]).toEqual([true, true])
    })
    async function browserPost(browser: Browser, fields: Record<string, string>) {
      await browser.post(page, { ...fieldsOf(browser), ...fields })
      await settled()
      return browser.page
    }

    test('another site ends nothing: no GET does, nor a POST without the token of this person in this browser', async () => {
      const other = await signedIn(alice)
      const sid = await sidOf(other)
      const here = await signedIn(alice)
      await open(other)
      const foreign = fieldsOf(other)['csrf'] ?? ''
      await here.get(`${page}?end=${sid}&others=end&withdraw=bookshop`)
      for (const csrf of ['', 'x', foreign]) {
        const { status, body } = await here.post(page, { csrf, end: sid, others: 'end' }, { origin: 'https://evil.example' })
        expect([status, body.includes('role="alert"')]).toEqual([403, true])
      }
      await settled()
      expect([await signsOn(here), await signsOn(other)]).toEqual([true, true])
    })

    test('of several people in one browser each has a page of their own, and a form works for whom it was shown', async () => {
      const alices = await signedIn(alice)
      const sid = await sidOf(alices)
      const both = await signedIn(bob, await signedIn(alice))
      expect(await open(both)).toContain('<strong>Bob</strong>')
      const [, as = ''] = /href="\?as=([^"]+)"/.exec(both.page.body) ?? []
      await both.get(`${page}?as=${as}`)
      expect(both.page.body).toMatch(/class="person">[\s\S]*?<strong>Alice Liu<\/strong>/)
      expect(both.page.body).toContain(`?lang=en&amp;as=${as}`)
      await browserPost(both, { end: sid })
      expect(both.page.location).toBe(`${page}?as=${as}&done=device`)
      expect([await signsOn(alices), await signsOn(both)]).toEqual([false, true])
      expect(await open(both)).toContain('<strong>Bob</strong>')
      expect((await browserPost(both, { as, end: as })).status).toBe(403)
    })

    test('a process that dies after it said that a device ends leaves the rest to the relay', async () => {
      const other = createBrowser()
      const held = await heldBy(other, bookshop)
      const sid = await sidOf(other)
      await expect(endDevice({ sub: alice.sub, sid }, dying())).rejects.toThrow('died')
      await relayed()
      expect(await auth.refresh(bookshop, held)).toMatchObject(dead)
      expect(await signsOn(other)).toBe(false)
    })

    test('a process that dies after the consent is gone leaves the Grants to the relay, which ends none that came later', async () => {
      const browser = createBrowser()
      const held = await heldBy(browser, bookshop)
      const app = { sub: alice.sub, client_id: bookshop.client_id }
      await expect(withdrawApp(app, dying())).rejects.toThrow('died')
      const again = await heldBy(browser, bookshop)
      await relayed()
      expect(await auth.refresh(bookshop, held)).toMatchObject(dead)
      expect(await auth.refresh(bookshop, again)).toMatchObject({ status: 200 })
    })

    test('a Grant that is made while its device is ended ends with it, also one that stays connected', async () => {
      const browser = await signedIn(alice)
      const sid = await sidOf(browser)
      const { access } = auth.deps
      let late = ''
      const end: typeof access.end = async (...what) => {
        late = await heldBy(browser, bookshop)
        return access.end(...what)
      }
      await endDevice({ sub: alice.sub, sid }, { ...auth.deps, access: { end } })
      await settled()
      expect(await auth.refresh(bookshop, late)).toMatchObject(dead)
    })

    test('a Grant that is made while an app is withdrawn ends with it', async () => {
      const browser = createBrowser()
      await heldBy(browser, bookshop)
      const { access } = auth.deps
      let late = ''
      const end: typeof access.end = async (...what) => {
        if (late === '') late = await heldBy(browser, bookshop)
        return access.end(...what)
      }
      const app = { sub: alice.sub, client_id: bookshop.client_id }
      expect(await withdrawApp(app, { ...auth.deps, access: { end } })).toBe(true)
      expect(late).not.toBe('')
      expect(await auth.refresh(bookshop, late)).toMatchObject(dead)
      expect(await auth.database.collection(consents).list({ sub: alice.sub })).toEqual([])
    })

    test('a request under way gets nothing by a consent that was withdrawn meanwhile', async () => {
      const browser = createBrowser()
      await heldBy(browser, bookshop)
      const { authorize } = auth.deps.grants
      jest.spyOn(auth.deps.grants, 'authorize').mockImplementationOnce(async (authorization) => {
        await withdrawApp({ sub: alice.sub, client_id: bookshop.client_id }, auth.deps)
        return authorize(authorization)
      })
      await browser.get(auth.authorizeUrl(bookshop, { scope: offline }))
      expect(browser.page.location).toMatch(/\/interaction\//)
      expect(await auth.database.collection(grants).list({ client_id: bookshop.client_id, revokedAt: null })).toEqual([])
    })
  })
}

accountOn('SQLite', testDatabaseUrl)
onMongo('/account/sessions', (freshUrl) => accountOn('MongoDB', freshUrl))
