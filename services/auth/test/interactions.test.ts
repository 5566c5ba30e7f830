import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { decodeJwt } from 'jose'
import { consents } from '../src/stores/consents.ts'
import { grants } from '../src/stores/grants.ts'
import { interactions } from '../src/stores/interactions.ts'
import { sessions } from '../src/stores/sessions.ts'
import { browserOf, fieldsOf, open, paramsOf, placeOf, register, signIn } from './support/authorize.ts'
import { alice, bob, bookshop, library, projectCenter, reader } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
const app = { ...reader, client_id: 'app', client_name: 'App', redirect_uris: ['com.example.app:/callback'] }
beforeAll(async () => {
  auth = await startAuth()
  await register(auth, app)
})
afterAll(() => auth.stop())
beforeEach(async () => {
  await auth.database.collection(consents).remove({})
})

const callback = bookshop.redirect_uris[0] ?? ''
const allow = (browser: Browser) => browser.submit({ decision: 'allow' }, 'decision')
async function tokensOf(browser: Browser) {
  const { code = '' } = paramsOf(browser.page.location)
  return (await auth.redeem(bookshop, { code, verifier: 'v'.repeat(43) })).body
}
const listIn = ({ page }: Browser, id: string) =>
  [...(page.body.match(new RegExp(`aria-labelledby="${id}">([\\s\\S]*?)</ul>`))?.[1] ?? '').matchAll(/<li>(.*?)<\/li>/g)].map(
    ([, text]) => text,
  )

describe('consent that is remembered', () => {
  test('asks again for what is new only, and shows it apart from what was agreed before; the Grant covers all that was asked', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await open(auth, browser, bookshop, { scope: 'openid profile' })
    expect(listIn(browser, 'wishes')).toHaveLength(2)
    await allow(browser)

    await open(auth, browser, bookshop, { scope: 'openid profile learning:read' })
    expect(listIn(browser, 'wishes')).toEqual(['See your courses and progress'])
    expect(listIn(browser, 'agreed')).toEqual(['Know who you are', 'See your name, picture and other basic details'])
    await allow(browser)
    expect((await tokensOf(browser)).scope).toBe('openid profile learning:read')

    await open(auth, browser, bookshop, { scope: 'openid learning:read' })
    expect((await tokensOf(browser)).scope).toBe('openid learning:read')
  })

  test('is of one person and one app', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await allow(await open(auth, browser, bookshop))
    await open(auth, browser, library)
    expect(placeOf(browser)).toBe('200 consent')
    const other = await browserOf(auth, projectCenter, bob)
    await open(auth, other, bookshop, { prompt: 'none' })
    expect(paramsOf(other.page.location)).toMatchObject({ error: 'consent_required' })
  })

  test('is asked for again by prompt=consent, with all that it covers', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await allow(await open(auth, browser, bookshop))
    await open(auth, browser, bookshop, { prompt: 'consent' })
    expect(listIn(browser, 'wishes')).toEqual(['Know who you are', 'See your courses and progress'])
    expect(listIn(browser, 'agreed')).toEqual([])
    await open(auth, browser, projectCenter, { scope: 'openid', prompt: 'consent' })
    expect(placeOf(browser)).toBe('200 consent')
  })
})

describe('several tabs', () => {
  test('a consent page stays good for the person it was shown to when another signs in in a second tab', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await open(auth, browser, bookshop)
    const { csrf = '' } = fieldsOf(browser)
    const { url } = browser.page
    await open(auth, browser, projectCenter, { scope: 'openid', prompt: 'login' })
    await signIn(auth, browser, bob)
    await browser.follow(callback)

    await browser.post(url, { csrf, decision: 'allow' })
    expect(decodeJwt((await tokensOf(browser)).id_token)).toMatchObject({ sub: alice.sub })
    expect(await auth.database.collection(consents).list({})).toMatchObject([{ sub: alice.sub }])
  })

  test('a consent page decides nothing once its person has signed out, and shows itself to who is there', async () => {
    const browser = await browserOf(auth, projectCenter, bob, alice)
    await open(auth, browser, bookshop)
    const { csrf = '' } = fieldsOf(browser)
    const { url } = browser.page
    const [hers] = await auth.database
      .collection(sessions)
      .list({ sub: alice.sub, endedAt: null }, { orderBy: 'authenticatedAt', descending: true })
    await auth.database.collection(sessions).update({ sid: hers?.sid ?? '' }, { set: { endedAt: auth.clock.now() } })
    await browser.post(url, { csrf, decision: 'allow' })
    expect(browser.page).toMatchObject({ status: 403, location: undefined })
    expect(browser.page.body).toContain('<strong>Bob</strong>')
    expect(await auth.database.collection(consents).list({})).toEqual([])
  })

  test('a sign-in page that was open before somebody signed in in another tab goes on as that person', async () => {
    const browser = createBrowser()
    await open(auth, browser, bookshop, { state: 'first' })
    const first = browser.page.url
    await open(auth, browser, projectCenter, { scope: 'openid' })
    await signIn(auth, browser, alice)
    await browser.get(first)
    await browser.follow(callback)
    expect(placeOf(browser)).toBe('200 consent')
    await allow(browser)
    expect(paramsOf(browser.page.location)).toMatchObject({ state: 'first', code: expect.any(String) })
  })

  test('whoever signs in on a page that was open before another signed in goes on as themselves', async () => {
    const browser = createBrowser()
    await open(auth, browser, bookshop)
    const { csrf = '' } = fieldsOf(browser, 'password')
    const first = browser.page.url
    await open(auth, browser, projectCenter, { scope: 'openid' })
    await signIn(auth, browser, bob)
    auth.clock.advance(1000)
    await browser.post(first, { csrf, username: alice.username, password: alice.password })
    await browser.follow(callback)
    expect(browser.page.body).toContain('<strong>Alice Liu</strong>')
    await allow(browser)
    expect(decodeJwt((await tokensOf(browser)).id_token)).toMatchObject({ sub: alice.sub })
  })

  test('the account of an interaction stays the one that signed in there, whoever signs in elsewhere later', async () => {
    const browser = createBrowser()
    await open(auth, browser, bookshop)
    await signIn(auth, browser, alice)
    await browser.follow(callback)
    const { url } = browser.page
    await open(auth, browser, projectCenter, { scope: 'openid', prompt: 'login' })
    await signIn(auth, browser, bob)
    await browser.get(url)
    expect(browser.page.body).toContain('<strong>Alice Liu</strong>')
  })
})

describe('the back button and the second click', () => {
  test('a sign-in form that is sent twice signs in twice and gives one answer to the app', async () => {
    const browser = createBrowser()
    await open(auth, browser, projectCenter, { scope: 'openid' })
    const { csrf = '' } = fieldsOf(browser, 'password')
    const { url } = browser.page
    const form = { csrf, username: alice.username, password: alice.password }
    const before = await auth.database.collection(grants).list({})
    await browser.post(url, form)
    expect(paramsOf(browser.page.location)).toHaveProperty('code')
    await browser.post(url, form)
    await browser.follow(callback)
    expect(paramsOf(browser.page.location)).toMatchObject({ code: expect.any(String), state: 'xyz' })
    expect(await auth.database.collection(grants).list({})).toHaveLength(before.length + 2)
  })

  test('two clicks on allow at the same moment make one Grant for the interaction', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await open(auth, browser, bookshop)
    const { url } = browser.page
    const form = new URLSearchParams({ csrf: fieldsOf(browser)['csrf'] ?? '', decision: 'allow' }).toString()
    const cookie = browser.cookies.header(new URL(auth.url)) ?? ''
    const before = await auth.database.collection(grants).list({})
    const answers = await Promise.all([1, 2].map(() => auth.post(new URL(url).pathname, form, { cookie })))
    const places = answers.map(({ headers }) => headers.get('location') ?? '')
    expect(places.filter((place) => place.startsWith(callback))).toHaveLength(1)
    expect(places.filter((place) => place.includes('/interaction/'))).toHaveLength(1)
    expect(await auth.database.collection(grants).list({})).toHaveLength(before.length + 1)
  })

  test('back to the sign-in page after the answer begins the same request anew', async () => {
    const browser = createBrowser()
    await open(auth, browser, projectCenter, { scope: 'openid', prompt: 'login' })
    const { url } = browser.page
    await signIn(auth, browser, alice)
    await browser.get(url)
    await browser.follow(callback)
    expect(placeOf(browser)).toBe('200 sign-in')
    expect(browser.page.url).not.toBe(url)
  })
})

describe('an interaction that has expired', () => {
  test('restarts itself under a new id, with all that was asked, and tells nothing of it in a URL', async () => {
    const browser = createBrowser()
    await open(auth, browser, bookshop, { login_hint: 'alice@example.com', nonce: 'n-1', prompt: 'login consent' })
    const { url } = browser.page
    auth.clock.advance(2 * 3600_000)
    await browser.get(url)
    expect(browser.page.location).toMatch(/\/interaction\/[\w-]+\/sign-in$/)
    await browser.follow(callback)
    expect(browser.page.url).not.toBe(url)
    expect(fieldsOf(browser, 'password')).toMatchObject({ username: 'alice@example.com' })
    await signIn(auth, browser, alice)
    await browser.follow(callback)
    await allow(browser)
    expect(decodeJwt((await tokensOf(browser)).id_token)).toMatchObject({ nonce: 'n-1' })
  })

  test('still takes the password that was typed on its page', async () => {
    const browser = createBrowser()
    await open(auth, browser, projectCenter, { scope: 'openid' })
    auth.clock.advance(2 * 3600_000)
    await signIn(auth, browser, alice)
    await browser.follow(callback)
    expect(paramsOf(browser.page.location)).toHaveProperty('code')
  })

  test('restarts for its own browser only', async () => {
    const browser = createBrowser()
    await open(auth, browser, bookshop)
    auth.clock.advance(2 * 3600_000)
    const stranger = createBrowser()
    await stranger.get(browser.page.url)
    expect(stranger.page).toMatchObject({ status: 403, location: undefined })
  })
})

describe('an error page of an interaction offers the way back to the app, and tells a stranger nothing', () => {
  test.each([
    ['its home page', { client_uri: 'https://bookshop.example/home' }, 'https://bookshop.example/home'],
    ['the root of its site', { client_uri: null }, 'https://app.example/'],
  ])('%s', async (_, client, href) => {
    await auth.setClient(bookshop, client)
    const browser = createBrowser()
    await open(auth, browser, bookshop, { state: 'secret-state' })
    const { url } = browser.page
    const stranger = createBrowser()
    await stranger.get(url)
    expect(stranger.page.body).toContain(`href="${href}">Go back to Bookshop</a>`)
    expect(stranger.page.body).not.toContain('secret-state')
    await browser.post(url.replace('sign-in', 'cancel'), { csrf: 'x' })
    expect(browser.page).toMatchObject({ status: 403, body: expect.stringContaining(`href="${href}"`) })
  })

  test('or the redirect URI of an app of the device', async () => {
    const browser = createBrowser()
    await open(auth, browser, app)
    const stranger = createBrowser()
    await stranger.get(browser.page.url)
    expect(stranger.page.body).toContain('href="com.example.app:/callback">Go back to App</a>')
  })

  test('and so does one before the redirect URI is proven: to the home page of a client that is known', async () => {
    for (const [client_uri, redirect_uri] of [
      ['https://bookshop.example/home', 'https://evil.example/'],
      ['https://bookshop.example/home', ''],
      [null, 'https://evil.example/'],
    ] as const) {
      await auth.setClient(bookshop, { client_uri })
      const browser = createBrowser()
      await browser.get(auth.authorizeUrl(bookshop, { redirect_uri }))
      expect(browser.page.status).toBe(400)
      expect(browser.page.body.includes('href="https://bookshop.example/home">Go back to Bookshop</a>')).toBe(client_uri !== null)
      expect(browser.page.body).not.toContain('href="https://evil')
    }
  })

  test('and says that it is forgotten when it is', async () => {
    const browser = createBrowser()
    await open(auth, browser, bookshop)
    await auth.database.collection(interactions).remove({})
    await browser.get(browser.page.url)
    expect(browser.page).toMatchObject({ status: 404, body: expect.stringContaining('This page waited too long') })
  })
})

test('an interaction that an earlier version stored goes on', async () => {
  const browser = createBrowser()
  await open(auth, browser, bookshop)
  const [stored] = await auth.database.collection(interactions).list({}, { orderBy: 'createdAt', descending: true, limit: 1 })
  if (!stored) throw new Error('no interaction')
  const { sid: _, signedIn: __, ...old } = stored
  await auth.database.collection(interactions).remove({ id: stored.id })
  await auth.database.collection(interactions).insert(old as typeof stored)
  await browser.get(browser.page.url)
  await signIn(auth, browser, alice)
  await browser.follow(callback)
  await allow(browser)
  expect(paramsOf(browser.page.location)).toHaveProperty('code')
})
