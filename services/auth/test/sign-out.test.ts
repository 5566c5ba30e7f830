import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { outboxEvents } from '@menshen/shared/events'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { grants } from '../src/stores/grants.ts'
import { sessions } from '../src/stores/sessions.ts'
import { settled } from './support/backchannel.ts'
import { atSignIn, callback, csrfIn } from './support/pages.ts'
import { alice, bob, bookshop, mobileApp, projectCenter } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

async function signedIn(...people: Array<typeof alice>): Promise<Browser> {
  const browser = createBrowser()
  for (const { username, password } of people) {
    auth.clock.advance(1000)
    await browser.get(`${auth.url}/sign-in?account=other`)
    await browser.submit({ username, password }, 'password')
    await browser.follow()
  }
  return browser
}

async function signOut(browser: Browser, filled: Record<string, string> = {}): Promise<void> {
  await browser.get(`${auth.url}/sign-out`)
  await browser.submit(filled)
  await browser.follow()
}

const titleOf = ({ page }: Browser) => /<h1>([^<]+)<\/h1>/.exec(page.body)?.[1]
const signsOn = async (browser: Browser) => {
  await browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid' }))
  return browser.page.location?.startsWith(callback) ?? false
}

test('/ tells what this is when nobody is signed in, and who is when somebody is', async () => {
  const browser = createBrowser()
  await browser.get(`${auth.url}/`)
  expect([browser.page.status, titleOf(browser)]).toEqual([200, 'One account for all your apps'])
  expect(browser.page.body).toContain('href="/sign-in"')
  const both = await signedIn(alice, bob)
  expect(both.page.url).toBe(`${auth.url}/`)
  expect(titleOf(both)).toBe('You are signed in')
  expect(both.page.body.indexOf('Bob')).toBeLessThan(both.page.body.indexOf('Alice Liu'))
})

test('/sign-in works without an app, sends who is in to /, and lets another person in beside them', async () => {
  const browser = await signedIn(alice)
  expect(await browser.get(`${auth.url}/sign-in`)).toMatchObject({ status: 303, location: `${auth.url}/` })
  expect(await browser.get(`${auth.url}/sign-in?account=other`)).toMatchObject({ status: 200 })
  expect(await signsOn(browser)).toBe(true)
})

test('signing out asks first, and a GET signs nobody out', async () => {
  const browser = await signedIn(alice)
  await browser.get(`${auth.url}/sign-out`)
  expect([browser.page.status, titleOf(browser)]).toEqual([200, 'Sign out?'])
  expect(await signsOn(browser)).toBe(true)
})

test('a POST from elsewhere signs nobody out: no token, or that of another browser', async () => {
  const browser = await signedIn(alice)
  const stranger = await signedIn(bob)
  await stranger.get(`${auth.url}/sign-out`)
  for (const form of [{}, { csrf: 'x' }, { csrf: csrfIn(stranger) }]) {
    expect(await browser.post(`${auth.url}/sign-out`, form as Record<string, string>)).toMatchObject({ status: 403 })
    expect(await signsOn(browser)).toBe(true)
  }
})

test('signing out ends the session and takes its cookies; the next request needs a password', async () => {
  const browser = await signedIn(alice)
  const stolen = createBrowser()
  stolen.cookies.store(
    new URL(auth.url),
    new Headers({ 'set-cookie': `menshen_session=${browser.cookies.get('menshen_session')}; path=/` }),
  )
  expect(await signsOn(stolen)).toBe(true)
  await signOut(browser)
  expect(browser.page.url).toMatch(/\/sign-out\/[\w-]{36}$/)
  expect(titleOf(browser)).toBe('You are signed out')
  expect(browser.cookies.get('menshen_session')).toBeUndefined()
  expect([await signsOn(browser), await signsOn(stolen)]).toEqual([false, false])
  await browser.get(`${auth.url}/sign-out`)
  expect(browser.page.location).toBe(`${auth.url}/signed-out`)
})

test('of several people one signs out and the others stay; or all do', async () => {
  const browser = await signedIn(alice, bob)
  await browser.get(`${auth.url}/sign-out`)
  expect(titleOf(browser)).toBe('Who should be signed out?')
  const alices = [...browser.page.body.matchAll(/name="sid" value="([^"]+)">[\s\S]*?<strong>([^<]+)</g)].find(
    ([, , name]) => name === 'Alice Liu',
  )
  await browser.submit({ sid: alices?.[1] ?? '' })
  await browser.follow()
  expect([titleOf(browser), browser.page.body.includes('Alice'), browser.page.body.includes('Bob')]).toEqual([
    'Alice Liu is signed out',
    true,
    true,
  ])
  await browser.get(`${auth.url}/`)
  expect([titleOf(browser), browser.page.body.includes('Alice'), browser.page.body.includes('Bob')]).toEqual([
    'You are signed in',
    false,
    true,
  ])
  const both = await signedIn(alice, bob)
  await signOut(both)
  expect(titleOf(both)).toBe('You are signed out')
})

test("another person's session is not ended by its sid", async () => {
  const alices = await signedIn(alice)
  const [session] = (await auth.database.collection(sessions).list({ sub: alice.sub, endedAt: null })).slice(-1)
  const bobs = await signedIn(bob)
  await signOut(bobs, { sid: session?.sid ?? '' })
  expect([await signsOn(alices), await signsOn(bobs)]).toEqual([true, true])
})

test('signing out ends what apps hold: refresh tokens, unredeemed codes; not what stays connected, nor other sign-ins', async () => {
  const browser = createBrowser()
  const online = await auth.approve(alice, { client: projectCenter, scope: 'openid', browser })
  const offline = await auth.approve(alice, { client: bookshop, scope: 'openid offline_access', browser })
  const unredeemed = await auth.approve(alice, { client: projectCenter, scope: 'openid', browser })
  const elsewhere = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
  const app = (await auth.passwordGrant(alice)).body
  const tokens = async (client: typeof bookshop, approved: typeof online) => (await auth.redeem(client, approved)).body
  const held = {
    online: await tokens(projectCenter, online),
    offline: await tokens(bookshop, offline),
    elsewhere: await tokens(projectCenter, elsewhere),
  }

  await signOut(browser)
  await settled(auth)
  expect(await auth.redeem(projectCenter, unredeemed)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await auth.refresh(projectCenter, held.online.refresh_token)).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  })
  expect(await auth.refresh(bookshop, held.offline.refresh_token)).toMatchObject({ status: 200 })
  expect(await auth.refresh(projectCenter, held.elsewhere.refresh_token)).toMatchObject({ status: 200 })
  expect(await auth.refresh(mobileApp, app.refresh_token)).toMatchObject({ status: 200 })
})

test('a process that dies after the sign-out leaves its Grants to the relay', async () => {
  const browser = createBrowser()
  const approved = await auth.approve(alice, { client: projectCenter, scope: 'openid', browser })
  const { refresh_token } = (await auth.redeem(projectCenter, approved)).body
  const all = await auth.database.collection(grants).list({ sub: alice.sub, revokedAt: null })
  const { sid = '' } = all.sort((a, b) => a.createdAt - b.createdAt).at(-1) ?? {}

  // as the dead process left it: the session has ended, the event is in the outbox, nobody has worked on it
  const event = {
    specversion: '1.0' as const,
    id: 'left-behind',
    source: 'menshen/auth',
    type: 'session.ended',
    subject: sid,
    time: '',
    data: { sid, sub: alice.sub },
  }
  await auth.database.collection(sessions).update({ sid }, { set: { endedAt: auth.clock.now() } })
  await auth.database.collection(outboxEvents).insert({
    id: event.id,
    event,
    createdAt: auth.clock.now(),
    dueAt: auth.clock.now() + 5000,
    attempts: 0,
    firstFailedAt: null,
  })

  auth.clock.advance(6000)
  await auth.deps.outbox.relay()
  await settled(auth)
  expect(await auth.refresh(projectCenter, refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('an app whose request waits gets the person who signs in after a sign-out, not the one who was signed out', async () => {
  const browser = await atSignIn(auth, { client: projectCenter, scope: 'openid', prompt: 'login' })
  const waiting = browser.page.url
  await browser.submit({ username: alice.username, password: alice.password }, 'password')
  await signOut(browser)
  await browser.get(waiting)
  await browser.follow(callback)
  expect(browser.page.url).toContain('/sign-in')
})
