import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { decodeJwt } from 'jose'
import { consents } from '../src/stores/consents.ts'
import { users } from '../src/stores/users.ts'
import { alice, bob, bookshop, library, projectCenter, reader } from './support/people.ts'
import { challengeFor, startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())
beforeEach(() => auth.database.collection(consents).remove({}))

const pkce = challengeFor('v'.repeat(43))
const callback = bookshop.redirect_uris[0] ?? ''
const paramsOf = (location = '') => Object.fromEntries(new URL(location).searchParams)

/** A browser on the sign-in page of a request. */
async function atSignIn(client = bookshop, more: Record<string, string> = {}) {
  const browser = createBrowser()
  await browser.get(auth.authorizeUrl(client, more))
  await browser.follow(callback)
  expect(browser.page.url).toMatch(/\/interaction\/[\w-]+\/sign-in$/)
  return browser
}
function signIn(browser: ReturnType<typeof createBrowser>, { username, password }: { username: string; password: string }) {
  auth.clock.advance(1000) // people take their time
  return browser.submit({ username, password }, 'password')
}

describe('before client and redirect URI are proven there is a page and no redirect', () => {
  test.each([
    ['an unknown client', { client_id: 'nobody' }, 'nobody'],
    ['no client', { client_id: '' }, 'client_id is missing'],
    ['a redirect URI that is not registered', { redirect_uri: 'https://evil.example/callback' }, 'https://evil.example/callback'],
    ['a redirect URI with a path more', { redirect_uri: `${callback}/more` }, `${callback}/more`],
    ['a redirect URI with a query', { redirect_uri: `${callback}?a=b` }, 'not registered'],
    ['no redirect URI in an OpenID request', { redirect_uri: '' }, 'redirect_uri is missing'],
  ])('%s (RFC 6749 section 4.1.2.1)', async (_, params, named) => {
    const { status, headers, body } = await auth.get(auth.authorizeUrl(bookshop, params).slice(auth.url.length))
    expect({ status, location: headers.get('location'), type: headers.get('content-type') }).toEqual({
      status: 400,
      location: null,
      type: 'text/html; charset=utf-8',
    })
    expect(body).toContain(named)
  })

  test('and it may be left out only where one is registered and openid is not asked for (RFC 6749 section 3.1.2.3)', async () => {
    const address = auth.authorizeUrl(bookshop, { redirect_uri: '', scope: 'learning:read' })
    const location = await auth.signInAt(address, alice, bookshop)
    expect(location).toMatch(`${callback}?`)
    const { code = '' } = paramsOf(location)
    const redeemed = { grant_type: 'authorization_code', code }
    expect((await auth.token(bookshop, { ...redeemed, redirect_uri: callback })).body.error).toBe('invalid_grant')
    expect(await auth.token(bookshop, redeemed)).toMatchObject({ status: 200 })

    await auth.setClient(bookshop, { redirect_uris: [callback, 'https://app.example/second'] })
    const { status, body } = await auth.get(address.slice(auth.url.length))
    expect({ status, says: body.includes('redirect_uri is missing') }).toEqual({ status: 400, says: true })
    await auth.setClient(bookshop, { redirect_uris: [callback] })
  })

  test('a repeated client_id or redirect_uri', async () => {
    for (const name of ['client_id', 'redirect_uri']) {
      const { status, headers } = await auth.get(`${auth.authorizeUrl(bookshop).slice(auth.url.length)}&${name}=x`)
      expect({ status, location: headers.get('location') }).toEqual({ status: 400, location: null })
    }
  })

  test('what came is shown as text, whatever it is', async () => {
    const { body } = await auth.get(
      auth.authorizeUrl(bookshop, { client_id: '<script>alert(1)</script>' }).slice(auth.url.length),
    )
    expect(body).not.toContain('<script')
    expect(body).toContain('&lt;script&gt;')
  })

  test('a broken query is a page too, never 500', async () => {
    for (const query of ['%zz', 'client_id=%ff', 'client_id[$ne]=x', '__proto__[x]=y']) {
      expect((await auth.get(`/oauth2/authorize?${query}`)).status).toBe(400)
    }
  })
})

describe('any other fault is redirected with error, state and iss', () => {
  test.each([
    [{ response_type: 'id_token' }, 'unsupported_response_type'],
    [{ response_type: '' }, 'invalid_request'],
    [{ response_mode: 'web_message' }, 'invalid_request'],
    [{ scope: 'project:write' }, 'invalid_scope'],
    [{ scope: 'a"b' }, 'invalid_scope'],
    [{ resource: 'http://elsewhere' }, 'invalid_target'],
    [{ code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'x'.repeat(43) }, 'invalid_request'],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
    [{ prompt: 'dance' }, 'invalid_request'],
    [{ prompt: 'none login' }, 'invalid_request'],
    [{ max_age: '-1' }, 'invalid_request'],
    [{ request: 'x.y.z' }, 'request_not_supported'],
    [{ request_uri: 'https://x' }, 'request_uri_not_supported'],
    [{ prompt: 'none' }, 'login_required'],
  ])('%j gives %s', async (params, error) => {
    const { status, headers } = await auth.get(auth.authorizeUrl(bookshop, params).slice(auth.url.length))
    expect(status).toBe(303)
    expect(headers.get('location')).toMatch(/^https:\/\/app\.example\/callback\?/)
    expect(paramsOf(headers.get('location') ?? '')).toMatchObject({
      error,
      state: 'xyz',
      iss: auth.url,
      error_description: expect.any(String),
    })
  })

  test('repeated parameters', async () => {
    const { headers } = await auth.get(`${auth.authorizeUrl(bookshop).slice(auth.url.length)}&scope=openid`)
    expect(paramsOf(headers.get('location') ?? '')).toMatchObject({ error: 'invalid_request', state: 'xyz' })
  })

  test('a public client without PKCE (RFC 9700 section 2.1.1)', async () => {
    const { headers } = await auth.get(auth.authorizeUrl(reader).slice(auth.url.length))
    expect(paramsOf(headers.get('location') ?? '')).toMatchObject({ error: 'invalid_request' })
    await atSignIn(reader, pkce)
  })

  test('response_mode fragment carries the answer there', async () => {
    const { headers } = await auth.get(
      auth.authorizeUrl(bookshop, { prompt: 'none', response_mode: 'fragment' }).slice(auth.url.length),
    )
    expect(headers.get('location')).toMatch(/^https:\/\/app\.example\/callback#error=login_required/)
  })
})

describe('signing in', () => {
  test('state comes back untouched', async () => {
    const state = '汉 %26&=+"<\r\n\u0000😀'
    expect((await auth.approve(alice, { client: bookshop, state })).params['state']).toBe(state)
  })

  test('a wrong password keeps the name, says so, and the right one goes on', async () => {
    const browser = await atSignIn()
    await signIn(browser, { username: 'alice"><b>', password: 'wrong' })
    expect(browser.page.status).toBe(400)
    expect(browser.page.body).toContain('role="alert"')
    expect(browser.page.body).toContain('value="alice&quot;&gt;&lt;b&gt;"')
    await signIn(browser, alice)
    expect(browser.page.status).toBe(303)
  })

  test('the same form sent without its CSRF token, or with that of another request, signs nobody in', async () => {
    const [browser, other] = [await atSignIn(), await atSignIn()]
    const foreign = /name="csrf" value="([^"]+)"/.exec(other.page.body)?.[1] ?? ''
    for (const csrf of ['', 'x', foreign]) {
      await browser.post(browser.page.url, { csrf, username: alice.username, password: alice.password })
      expect(browser.page.status).toBe(403)
      expect(browser.cookies.header(new URL(auth.url)) ?? '').not.toContain('menshen_session')
    }
  })

  test('a form that is too large or repeats itself is refused on a page, not sent to the app', async () => {
    const browser = await atSignIn()
    const { url } = browser.page
    await browser.post(url, { username: 'alice', password: 'x'.repeat(70_000) })
    expect(browser.page).toMatchObject({ status: 413, location: undefined })
    await browser.post(url.replace('sign-in', 'cancel'), { csrf: 'x' })
    expect(browser.page).toMatchObject({ status: 403, location: undefined })
  })

  test('the page of an interaction belongs to the browser that began it', async () => {
    const browser = await atSignIn()
    const stranger = createBrowser()
    await stranger.get(browser.page.url)
    expect(stranger.page.status).toBe(403)
    await atSignIn()
    expect((await auth.get('/interaction/nowhere/sign-in')).status).toBe(404)
  })

  test('the cookies are HttpOnly and Lax, for the session of the browser only; with an https issuer Secure and __Host-', async () => {
    const browser = await atSignIn()
    await signIn(browser, alice)
    const [session, device] = browser.page.headers.getSetCookie()
    expect(session).toMatch(/^menshen_session=[\w-]{43}; path=\/; samesite=lax; httponly$/)
    expect(device).toMatch(/^menshen_device=[\w-]{43}\.[\w-]{43}; path=\/; expires=[^;]+; samesite=lax; httponly$/) // proves nobody
    const secure = await startAuth({ env: { ISSUER: 'https://login.example' } })
    const { headers } = await secure.get(auth.authorizeUrl(bookshop).slice(auth.url.length))
    expect(headers.get('set-cookie')).toMatch(/^__Host-menshen_browser=[\w-]{43}; path=\/; samesite=lax; secure; httponly$/)
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
    await secure.stop()
  })

  test('each sign-in has a new cookie: one that was planted before is worth nothing', async () => {
    const browser = await atSignIn()
    await signIn(browser, alice)
    const before = browser.page.headers.get('set-cookie')?.slice(0, 60)
    await browser.get(auth.authorizeUrl(bookshop, { prompt: 'login' }))
    await browser.follow(callback)
    await signIn(browser, alice)
    expect(browser.page.headers.get('set-cookie')?.slice(0, 60)).not.toBe(before)

    const thief = createBrowser()
    await thief.get(auth.authorizeUrl(bookshop, { prompt: 'none' }), { cookie: before?.split(';')[0] ?? '' })
    expect(paramsOf(thief.page.location)).toMatchObject({ error: 'login_required' })
  })

  test('a new sign-in of the same person keeps the session id (OpenID Connect Back-Channel Logout section 2.1)', async () => {
    const first = await auth.approve(alice, { client: bookshop })
    const second = await auth.approve(alice, { client: bookshop, browser: first.browser, prompt: 'login' })
    const sids = await Promise.all(
      [first, second].map(async (approved) => decodeJwt((await auth.redeem(bookshop, approved)).body.id_token)['sid']),
    )
    expect(sids[0]).toBe(sids[1])
  })

  test('cancel goes back to the app with access_denied', async () => {
    const browser = await atSignIn()
    await browser.submit({}, 'cancel')
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'access_denied', state: 'xyz', iss: auth.url })
  })

  test('an expired request restarts itself; a forgotten one says so', async () => {
    const browser = await atSignIn()
    const { url } = browser.page
    auth.clock.advance(3600_000)
    await browser.get(url)
    await browser.follow()
    expect(browser.page.url).toMatch(/sign-in$/)
    expect(browser.page.url).not.toBe(url)
    await signIn(browser, alice)
    await browser.follow(callback)
    expect(browser.page.url).toContain('/consent')
  })

  test('a disabled account cannot sign in, and its session makes no Grant', async () => {
    const { browser } = await auth.approve(bob, { client: projectCenter, scope: 'openid' })
    await auth.database.collection(users).update({ sub: bob.sub }, { set: { disabledAt: auth.clock.now() } })
    await browser.get(auth.authorizeUrl(projectCenter, { prompt: 'none', scope: 'openid' }))
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'login_required' })
    const fresh = await atSignIn(projectCenter, { scope: 'openid' })
    await signIn(fresh, bob)
    expect(fresh.page.status).toBe(400)
    expect((await auth.passwordGrant(bob)).body.error).toBe('invalid_grant')
    await auth.database.collection(users).update({ sub: bob.sub }, { set: { disabledAt: null } })
  })
})

describe('single sign-on', () => {
  test('a first-party module lets the person in without any page; a third party still asks for consent', async () => {
    const { browser } = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
    await browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid' }))
    expect(browser.page.location).toContain('code=')
    await browser.get(auth.authorizeUrl(library))
    expect(browser.page.location).toContain('/consent')
  })

  test('it ends after 8 hours without use and after 24 hours in all', async () => {
    const silent = async (browser: ReturnType<typeof createBrowser>) => {
      await browser.get(auth.authorizeUrl(projectCenter, { prompt: 'none', scope: 'openid' }))
      return paramsOf(browser.page.location)
    }
    const { browser: idle } = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
    auth.clock.advance(8 * 3600_000)
    expect(await silent(idle)).toMatchObject({ error: 'login_required' })

    const { browser } = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
    for (let hours = 7; hours < 24; hours += 7) {
      auth.clock.advance(7 * 3600_000)
      expect(await silent(browser)).toHaveProperty('code')
    }
    auth.clock.advance(3 * 3600_000)
    expect(await silent(browser)).toMatchObject({ error: 'login_required' })
  })

  test('max_age wants a newer sign-in (OpenID Connect Core section 3.1.2.1)', async () => {
    const { browser } = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
    auth.clock.advance(61_000)
    await browser.get(auth.authorizeUrl(projectCenter, { max_age: '60', prompt: 'none', scope: 'openid' }))
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'login_required' })
    const approved = await auth.approve(alice, { client: projectCenter, browser, max_age: '60', scope: 'openid' })
    expect(decodeJwt((await auth.redeem(projectCenter, approved)).body.id_token)['auth_time']).toBe(
      Math.floor(auth.clock.now() / 1000),
    )
  })

  test('two tabs each have their own request; the second goes on with the session of the first', async () => {
    const browser = await atSignIn(bookshop, { state: 'first' })
    const first = browser.page.url
    await browser.get(auth.authorizeUrl(bookshop, { state: 'second' }))
    await browser.follow()
    const second = browser.page.url
    expect(second).not.toBe(first)
    await signIn(browser, alice)
    await browser.get(first)
    await browser.follow(callback)
    expect(browser.page.url).toBe(first.replace('sign-in', 'consent'))
    await browser.submit({ decision: 'allow' }, 'decision')
    expect(paramsOf(browser.page.location)).toMatchObject({ state: 'first', code: expect.any(String) })
  })
})

describe('consent', () => {
  test('says what the app will see, is remembered, and asks again only for more', async () => {
    const browser = await atSignIn(library, { scope: 'openid learning:read' })
    await signIn(browser, alice)
    await browser.follow()
    expect(browser.page.body).toContain('Library')
    expect(browser.page.body).toContain('See your courses and progress')
    await browser.submit({ decision: 'allow' }, 'decision')
    expect(paramsOf(browser.page.location)).toHaveProperty('code')

    await browser.get(auth.authorizeUrl(library, { scope: 'learning:read' }))
    expect(paramsOf(browser.page.location)).toHaveProperty('code')
    await browser.get(auth.authorizeUrl(library, { scope: 'openid profile', prompt: 'none' }))
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'consent_required' })
    await browser.get(auth.authorizeUrl(library, { prompt: 'consent' }))
    expect(browser.page.location).toContain('/consent')
  })

  test('refusing gives the app access_denied and nothing else', async () => {
    const browser = await atSignIn()
    await signIn(browser, alice)
    await browser.follow()
    await browser.submit({ decision: 'deny' }, 'decision')
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'access_denied', state: 'xyz', iss: auth.url })
    expect(await auth.database.collection(consents).list({})).toEqual([])
  })

  test('a page shown to one person decides nothing for another who signed in meanwhile', async () => {
    const browser = await atSignIn()
    await signIn(browser, alice)
    await browser.follow()
    const shownToAlice = browser.page
    const csrf = /name="csrf" value="([^"]+)"/.exec(shownToAlice.body)?.[1] ?? ''
    await browser.get(shownToAlice.url.replace('consent', 'sign-in?account=other'))
    await signIn(browser, bob)
    await browser.post(shownToAlice.url, { csrf, decision: 'allow' })
    expect(browser.page.status).toBe(403)
    expect(browser.page.body).toContain('Bob')
  })

  test('consent cannot be posted before sign-in, nor for a request of another browser', async () => {
    const browser = await atSignIn()
    const url = browser.page.url.replace('sign-in', 'consent')
    await browser.post(url, { csrf: 'x', decision: 'allow' })
    expect(browser.page.location).toMatch(/sign-in$/)
    const { browser: stranger } = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
    await stranger.post(url, { csrf: 'x', decision: 'allow' })
    expect(stranger.page.status).toBe(403)
  })
})

describe('pages', () => {
  test('carry a strict CSP without form-action, and are never stored or framed', async () => {
    const { headers } = await auth.get('/nowhere')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  test('speak the language of ui_locales, else the one the browser prefers, else the one chosen', async () => {
    const browser = createBrowser()
    await browser.get(auth.authorizeUrl(bookshop, { ui_locales: 'fr zh' }), { 'accept-language': 'en' })
    await browser.follow()
    expect(browser.page.body).toContain('<html lang="zh-CN">')
    await browser.get(`${browser.page.url}?lang=en`)
    expect(browser.page.body).toContain('<html lang="en">')
    const chinese = await auth.get('/nowhere', { 'accept-language': 'zh-TW,zh;q=0.9' })
    expect(chinese).toMatchObject({ status: 404, body: expect.stringContaining('<html lang="zh-CN">') })
  })
})
