import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { decodeJwt } from 'jose'
import { sessions } from '../src/stores/sessions.ts'
import { browserOf, fieldsOf, open, paramsOf, pkce, placeOf, signIn } from './support/authorize.ts'
import { alice, bob, bookshop, projectCenter, type TestClient } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const callback = projectCenter.redirect_uris[0] ?? ''
const ask = (browser: Browser, more: Record<string, string> = {}) =>
  open(auth, browser, projectCenter, { scope: 'openid profile', ...more })
const peopleOn = ({ page }: Browser) =>
  Object.fromEntries(
    [...page.body.matchAll(/name="sid" value="([^"]+)">[\s\S]*?<strong>([^<]+?)\s*</g)].map(([, sid = '', name = '']) => [
      name,
      sid,
    ]),
  )

/** The claims of the ID token that the browser brings back to the app. */
async function idTokenOf(
  browser: Browser,
  client: TestClient = projectCenter,
): Promise<Record<string, unknown> & { token: string }> {
  const { code = '' } = paramsOf(browser.page.location)
  const { body } = await auth.redeem(client, { code, verifier: 'v'.repeat(43) })
  return { ...decodeJwt(body.id_token), token: body.id_token }
}
const hintFor = async (person: typeof alice) => (await idTokenOf(await browserOf(auth, projectCenter, person))).token

describe('prompt=select_account (OpenID Connect Core section 3.1.2.1)', () => {
  test('shows who is signed in in this browser, and goes on as the one chosen', async () => {
    const browser = await browserOf(auth, projectCenter, alice, bob)
    await ask(browser, { prompt: 'select_account' })
    expect(placeOf(browser)).toBe('200 choose-account')
    const people = peopleOn(browser)
    expect(Object.keys(people)).toEqual(['Bob', 'Alice Liu'])
    await browser.submit({ sid: people['Alice Liu'] ?? '' }, 'sid')
    await browser.follow(callback)
    expect(await idTokenOf(browser)).toMatchObject({ sub: alice.sub, sid: people['Alice Liu'] })
  })

  test('lets another account sign in, and goes on as that one', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await ask(browser, { prompt: 'select_account' })
    const other = /href="([^"]+account=other)"/.exec(browser.page.body)?.[1] ?? ''
    await browser.get(new URL(other, browser.page.url).href)
    await signIn(auth, browser, bob)
    await browser.follow(callback)
    expect(await idTokenOf(browser)).toMatchObject({ sub: bob.sub })
  })

  test('with login asks the one chosen for the password; with nobody signed in it is a sign-in', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await ask(browser, { prompt: 'select_account login' })
    await browser.submit({ sid: peopleOn(browser)['Alice Liu'] ?? '' }, 'sid')
    await browser.follow(callback)
    expect(placeOf(browser)).toBe('200 sign-in')
    await signIn(auth, browser, alice)
    await browser.follow(callback)
    expect(await idTokenOf(browser)).toMatchObject({ sub: alice.sub, auth_time: Math.floor(auth.clock.now() / 1000) })
    expect(placeOf(await ask(createBrowser(), { prompt: 'select_account' }))).toBe('200 sign-in')
  })

  test('whoever was chosen and has signed out since is replaced by nobody', async () => {
    const browser = await browserOf(auth, projectCenter, alice, bob)
    await ask(browser, { prompt: 'select_account consent' })
    const sid = peopleOn(browser)['Alice Liu'] ?? ''
    await browser.submit({ sid }, 'sid')
    await browser.follow(callback)
    expect(placeOf(browser)).toBe('200 consent')
    await auth.database.collection(sessions).update({ sid }, { set: { endedAt: auth.clock.now() } })
    await browser.get(browser.page.url)
    await browser.follow(callback)
    expect(placeOf(browser)).toBe('200 sign-in')
  })

  test('nobody chooses for the person: no other form, no other session, no other browser', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await ask(browser, { prompt: 'select_account' })
    const { csrf = '' } = fieldsOf(browser, 'sid')
    const sid = peopleOn(browser)['Alice Liu'] ?? ''
    const { url } = browser.page
    const bobs = await browserOf(auth, projectCenter, bob)
    const [foreign] = await auth.database.collection(sessions).list({ sub: bob.sub })
    for (const form of [{ csrf: 'x', sid }, { csrf, sid: foreign?.sid ?? '' }, { csrf, sid: 'nobody' }, { csrf }]) {
      expect(await browser.post(url, form)).toMatchObject({ status: 403, location: undefined })
    }
    expect(await bobs.post(url, { csrf, sid })).toMatchObject({ status: 403, location: undefined })
    expect(await browser.post(url, { csrf, sid })).toMatchObject({ status: 303 })
  })

  test('going back to the page chooses anew; cancelling goes back to the app', async () => {
    const browser = await browserOf(auth, bookshop, alice, bob)
    await open(auth, browser, bookshop, { prompt: 'select_account' })
    const { url } = browser.page
    await browser.submit({ sid: peopleOn(browser)['Bob'] ?? '' }, 'sid')
    await browser.follow(callback)
    expect(browser.page.body).toContain('<strong>Bob</strong>')
    await browser.get(url)
    await browser.submit({ sid: peopleOn(browser)['Alice Liu'] ?? '' }, 'sid')
    await browser.follow(callback)
    expect(browser.page.body).toContain('<strong>Alice Liu</strong>')
    expect(browser.page.body).toContain(`href="${new URL(url).pathname}"`) // several are signed in: switching is choosing
    await browser.get(url)
    await browser.submit({}, 'cancel')
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'access_denied', state: 'xyz' })
  })
})

describe('id_token_hint (OpenID Connect Core section 3.1.2.1 and 3.1.2.2)', () => {
  test('picks the hinted person among those signed in, though another signed in later', async () => {
    const browser = await browserOf(auth, projectCenter, alice, bob)
    const id_token_hint = await hintFor(alice)
    await ask(browser, { prompt: 'none', id_token_hint })
    expect(await idTokenOf(browser)).toMatchObject({ sub: alice.sub })
  })

  test('with prompt=none gives login_required when somebody else is signed in', async () => {
    const browser = await browserOf(auth, projectCenter, bob)
    await ask(browser, { prompt: 'none', id_token_hint: await hintFor(alice) })
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'login_required', state: 'xyz' })
  })

  test('else asks for the hinted person; whoever signs in instead is not what the app asked for', async () => {
    const browser = await browserOf(auth, projectCenter, bob)
    const id_token_hint = await hintFor(alice)
    await ask(browser, { id_token_hint })
    expect(placeOf(browser)).toBe('200 sign-in')
    await signIn(auth, browser, bob)
    await browser.follow(callback)
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'login_required', state: 'xyz', iss: auth.url })

    await ask(browser, { id_token_hint })
    await signIn(auth, browser, alice)
    await browser.follow(callback)
    expect(await idTokenOf(browser)).toMatchObject({ sub: alice.sub })
  })

  test('tells the name of the person only where they signed in before: elsewhere the app itself could read it', async () => {
    const id_token_hint = await hintFor(alice)
    const names = []
    for (const person of [alice, bob]) {
      const browser = await browserOf(auth, projectCenter, person)
      await ask(browser, { prompt: 'login', id_token_hint })
      expect(placeOf(browser)).toBe('200 sign-in')
      names.push(fieldsOf(browser, 'password')['username'])
    }
    expect(names).toEqual([alice.username, ''])
  })

  test('may have expired', async () => {
    const id_token_hint = await hintFor(alice)
    auth.clock.advance(30 * 86_400_000)
    const browser = await browserOf(auth, projectCenter, alice)
    await ask(browser, { prompt: 'none', id_token_hint })
    expect(paramsOf(browser.page.location)).toHaveProperty('code')
  })

  test('that we did not give to this client is invalid_request', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    const genuine = await hintFor(alice)
    const forBookshop = (await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))).body
    const [header, payload, signature] = genuine.split('.')
    const bobs = Buffer.from(JSON.stringify({ ...decodeJwt(genuine), sub: bob.sub })).toString('base64url')
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
    const logout = await auth.deps.signing.sign(decodeJwt(genuine), { alg: 'RS256', typ: 'logout+jwt' })
    const elsewhere = await auth.deps.signing.sign(
      { ...decodeJwt(genuine), iss: 'https://elsewhere' },
      { alg: 'RS256', typ: 'JWT' },
    )
    const forged = [
      'x',
      `${header}.${bobs}.${signature}`,
      `${unsigned}.${payload}.`,
      logout,
      elsewhere,
      forBookshop.id_token,
      forBookshop.access_token,
    ]
    for (const id_token_hint of forged) {
      await ask(browser, { prompt: 'none', id_token_hint })
      expect(paramsOf(browser.page.location)).toMatchObject({ error: 'invalid_request', state: 'xyz' })
    }
  })
})

describe('max_age=0', () => {
  test('asks for the password, each time and once (OpenID Connect Core section 3.1.2.1)', async () => {
    const browser = createBrowser()
    await ask(browser)
    await signIn(auth, browser, alice)
    await browser.follow(callback) // the clock stands still: the sign-in is 0 seconds old
    await ask(browser, { max_age: '0', prompt: 'none' })
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'login_required' })
    await ask(browser, { max_age: '0' })
    expect(placeOf(browser)).toBe('200 sign-in')
    await browser.submit({ username: alice.username, password: alice.password }, 'password')
    await browser.follow(callback)
    expect(await idTokenOf(browser)).toMatchObject({ auth_time: Math.floor(auth.clock.now() / 1000) })
  })

  test('and prompt=login are met by a sign-in on their own page, not by one in another tab (OpenID Connect Core section 3.1.2.1)', async () => {
    const browser = createBrowser()
    for (const strict of [{ max_age: '0' }, { prompt: 'login' }] as Array<Record<string, string>>) {
      await ask(browser, strict)
      const { url } = browser.page
      await ask(browser, { prompt: 'login' })
      await signIn(auth, browser, alice)
      await browser.get(url)
      expect(placeOf(browser)).toBe('200 sign-in')
    }
  })
})

test.each([
  [{ display: 'page' }, 'login_required'],
  [{ display: 'popup' }, 'login_required'],
  [{ display: 'touch' }, 'login_required'],
  [{ display: 'wap' }, 'login_required'],
  [{ display: 'hologram' }, 'invalid_request'],
  [{ claims_locales: 'zh-CN en', acr_values: '1 2' }, 'login_required'],
  [{ registration: '{}' }, 'registration_not_supported'],
])('with prompt=none %j gives %s (OpenID Connect Core section 3.1.2.1 and 3.1.2.6)', async (more, error) => {
  const { headers } = await auth.get(
    auth.authorizeUrl(projectCenter, { ...pkce, prompt: 'none', ...more }).slice(auth.url.length),
  )
  expect(paramsOf(headers.get('location'))).toMatchObject({ error, state: 'xyz' })
})
