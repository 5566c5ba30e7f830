import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { decodeJwt } from 'jose'
import { grants } from '../src/stores/grants.ts'
import { sessions } from '../src/stores/sessions.ts'
import { signOuts } from '../src/stores/sign-outs.ts'
import { settled } from './support/backchannel.ts'
import { alice, bob, bookshop, library, projectCenter, type TestClient } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  for (const client of [projectCenter, bookshop]) await auth.setClient(client, { post_logout_redirect_uris: [homeOf(client)] })
})
afterAll(() => auth.stop())

const homeOf = ({ client_id }: TestClient) => `https://${client_id}.example/signed-out?from=menshen`
const home = homeOf(projectCenter)

/** Signs on to an app, in a new browser unless one is given. */
async function enter(client: TestClient, { browser = createBrowser(), person = alice, scope = 'openid' } = {}) {
  const tokens = (await auth.redeem(client, await auth.approve(person, { client, scope, browser }))).body
  return { browser, ...tokens, sid: decodeJwt(tokens.id_token)['sid'] as string } as {
    browser: Browser
    id_token: string
    refresh_token: string
    sid: string
  }
}

/** The browser asks, and goes up to the app. */
async function ask(browser: Browser, params: Record<string, string>, method: 'get' | 'post' = 'get'): Promise<Browser> {
  const address = `${auth.url}/oauth2/end_session`
  if (method === 'get') await browser.get(`${address}?${new URLSearchParams(params)}`)
  else await browser.post(address, params, { origin: 'https://project-center.example' })
  await browser.follow('https://')
  return browser
}

const signsOn = async (browser: Browser) => {
  await browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid' }))
  return browser.page.location?.startsWith(projectCenter.redirect_uris[0] ?? '?') ?? false
}
const titleOf = ({ page }: Browser) => /<h1>([^<]+)<\/h1>/.exec(page.body)?.[1]
const alertOf = ({ page }: Browser) => /role="alert"><p>([^<]+)</.exec(page.body)?.[1] ?? ''
const isEnded = async (sid: string) => (await auth.database.collection(sessions).find({ sid }))?.endedAt !== null

describe('with an ID token (RP-Initiated Logout section 2)', () => {
  test.each(['get', 'post'] as const)('a %s signs out without a question and goes back, with the state', async (method) => {
    const { browser, id_token, refresh_token } = await enter(projectCenter)
    await ask(browser, { id_token_hint: id_token, post_logout_redirect_uri: home, state: 'a&b=ü' }, method)
    expect(browser.page.location).toBe(`${home}&state=a%26b%3D%C3%BC`)
    expect(browser.cookies.get('menshen_session')).toBeUndefined()
    expect(await signsOn(browser)).toBe(false)
    await settled(auth)
    expect(await auth.refresh(projectCenter, refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test('no address of ours carries the ID token on, and the answer to a POST sets no cookie', async () => {
    const { browser, id_token } = await enter(projectCenter)
    await browser.post(`${auth.url}/oauth2/end_session`, { id_token_hint: id_token }, { origin: 'https://elsewhere.example' })
    expect(browser.page.status).toBe(303)
    expect(browser.page.location).toMatch(/\/sign-out\/[\w-]{36}$/)
    expect(browser.page.headers.getSetCookie()).toEqual([])
    expect(JSON.stringify(await auth.database.collection(signOuts).list({}))).not.toContain(id_token.slice(0, 40))
  })

  test('one that expired counts as well', async () => {
    const { browser, id_token } = await enter(projectCenter)
    auth.clock.advance(2 * 3_600_000)
    await ask(browser, { id_token_hint: id_token, post_logout_redirect_uri: home })
    expect(browser.page.location).toBe(home)
    expect(await signsOn(browser)).toBe(false)
  })

  test('of a session that signs on no longer, what rests on it ends', async () => {
    for (const days of [0.5, 2]) {
      const { id_token, refresh_token, sid } = await enter(projectCenter)
      auth.clock.advance(days * 86_400_000)
      await auth.database.sweep()
      await ask(createBrowser(), { id_token_hint: id_token, post_logout_redirect_uri: home })
      await settled(auth)
      expect(await auth.database.collection(grants).list({ sid, revokedAt: null })).toEqual([])
      expect((await auth.refresh(projectCenter, refresh_token)).status).toBe(400)
    }
  })

  test('of one who signed in anew since then, the new session ends, too', async () => {
    const { browser, id_token } = await enter(projectCenter)
    auth.clock.advance(9 * 3_600_000) // no single sign-on any more
    const { sid } = await enter(bookshop, { browser })
    await ask(browser, { id_token_hint: id_token, post_logout_redirect_uri: home })
    expect(browser.page.location).toBe(home)
    expect(await isEnded(sid)).toBe(true)
  })

  test('the other person in this browser stays', async () => {
    const { browser, id_token } = await enter(projectCenter)
    await browser.get(`${auth.url}/sign-in?account=other`)
    auth.clock.advance(1000)
    await browser.submit({ username: bob.username, password: bob.password }, 'password')
    await ask(browser, { id_token_hint: id_token })
    expect(titleOf(browser)).toBe('Alice Liu is signed out')
    expect(browser.page.body).toContain('Bob')
    expect(await signsOn(browser)).toBe(true)
  })

  test('where nobody is signed in any more it goes back', async () => {
    const { browser, id_token } = await enter(projectCenter)
    await ask(browser, { id_token_hint: id_token, post_logout_redirect_uri: home })
    await ask(browser, { id_token_hint: id_token, post_logout_redirect_uri: home })
    expect(browser.page.location).toBe(home)
  })

  test('without a place to go a page says what was ended, to this browser alone, also when it is loaded again', async () => {
    const { browser, id_token } = await enter(projectCenter)
    await enter(bookshop, { browser, scope: 'openid offline_access' })
    await enter(library, { browser })
    await ask(browser, { id_token_hint: id_token })
    await settled(auth)
    for (const _ of [1, 2]) {
      expect(titleOf(browser)).toBe('You are signed out')
      const [ended = '', connected = ''] = browser.page.body.split('Still connected')
      expect([ended.includes('Project Center'), ended.includes('Library'), ended.includes('Bookshop')]).toEqual([
        true,
        true,
        false,
      ])
      expect(connected).toContain('<li>Bookshop</li>')
      await browser.get(browser.page.url)
    }
    const stranger = createBrowser()
    await stranger.get(`${auth.url}/`)
    await stranger.get(browser.page.url)
    expect(stranger.page.location).toBe(`${auth.url}/signed-out`)
  })

  test('a process that died after it ended the session leaves the way back to the next request', async () => {
    const { browser, id_token, sid } = await enter(projectCenter)
    await browser.get(
      `${auth.url}/oauth2/end_session?${new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: home })}`,
    )
    await auth.deps.sessions.end({ sid, sub: alice.sub }) // and died
    await browser.follow('https://')
    expect(browser.page.location).toBe(home)
  })
})

describe('without one the person is asked', () => {
  test('and may stay signed in, or agree and go on to the app', async () => {
    const { browser } = await enter(projectCenter)
    await ask(browser, { client_id: 'project-center', post_logout_redirect_uri: home, state: 's' })
    expect(titleOf(browser)).toBe('Sign out?')
    expect(browser.page.body).toContain('Project Center asks to sign you out.')
    const question = browser.page.url
    expect(await signsOn(browser)).toBe(true)
    await browser.get(question)
    await browser.submit()
    await browser.follow('https://')
    expect(browser.page.location).toBe(`${home}&state=s`)
    expect(await signsOn(browser)).toBe(false)
  })

  test.each([{}, { client_id: 'project-center' }, { post_logout_redirect_uri: '' }])(
    '%j: nothing ends unasked',
    async (params) => {
      const { browser } = await enter(projectCenter)
      await ask(browser, params as Record<string, string>)
      expect([titleOf(browser), await signsOn(browser)]).toEqual(['Sign out?', true])
    },
  )

  test('of several people the one whom logout_hint names: by sid, subject or what they sign in with', async () => {
    const { browser, sid } = await enter(projectCenter)
    await browser.get(`${auth.url}/sign-in?account=other`)
    auth.clock.advance(1000)
    await browser.submit({ username: bob.username, password: bob.password }, 'password')
    for (const [logout_hint, named] of [
      [sid, ['Alice Liu']],
      [alice.sub, ['Alice Liu']],
      ['ALICE', ['Alice Liu']],
      ['nobody', ['Bob', 'Alice Liu']],
    ] as const) {
      await ask(browser, { logout_hint })
      expect([...browser.page.body.matchAll(/<strong>([^<]+)</g)].map(([, name]) => name)).toEqual(named)
    }
    await ask(browser, { logout_hint: 'alice' })
    await browser.submit()
    await browser.follow()
    expect(titleOf(browser)).toBe('Alice Liu is signed out')
    expect(await signsOn(browser)).toBe(true)
  })

  test('the question is in the language of ui_locales, and keeps what was asked when another is chosen', async () => {
    const { browser } = await enter(projectCenter)
    await ask(browser, { client_id: 'project-center', post_logout_redirect_uri: home, ui_locales: 'fr zh-Hans' })
    expect(titleOf(browser)).toBe('要退出登录吗？')
    await browser.get(`${browser.page.url}?lang=en`)
    expect(titleOf(browser)).toBe('Sign out?')
    await browser.submit()
    await browser.follow('https://')
    expect(browser.page.location).toBe(home)
  })
})

describe('what can not be followed is said, leads nowhere, and signs nobody out before they say so', () => {
  const forged = (id_token: string) => `${id_token.slice(0, -10)}AAAAAAAAAA`
  test.each([
    [
      'a place that is not registered',
      (id_token: string) => ({ id_token_hint: id_token, post_logout_redirect_uri: `${home}/` }),
      /not registered/,
    ],
    [
      'a place of another app',
      (id_token: string) => ({ id_token_hint: id_token, post_logout_redirect_uri: homeOf(bookshop) }),
      /not registered/,
    ],
    ['a place without an app', () => ({ post_logout_redirect_uri: home }), /not registered/],
    [
      'an ID token of another app',
      (id_token: string) => ({ id_token_hint: id_token, client_id: 'bookshop', post_logout_redirect_uri: homeOf(bookshop) }),
      /did not show who/,
    ],
    [
      'a forged ID token',
      (id_token: string) => ({ id_token_hint: forged(id_token), client_id: 'project-center', post_logout_redirect_uri: home }),
      /did not show who/,
    ],
    ['an app that nobody knows', () => ({ client_id: 'nobody', post_logout_redirect_uri: home }), /app .* is not registered/],
  ] as const)('%s', async (_name, paramsOf, said) => {
    const { browser, id_token, sid } = await enter(projectCenter)
    await ask(browser, paramsOf(id_token) as Record<string, string>)
    expect(titleOf(browser)).toBe('Sign out?')
    expect(alertOf(browser)).toMatch(said)
    expect(await isEnded(sid)).toBe(false)
    await browser.submit()
    await browser.follow('https://')
    expect(titleOf(browser)).toBe('You are signed out')
    expect(browser.page.url).toContain(auth.url)
    expect(await isEnded(sid)).toBe(true)
  })

  test('the ID token of a person who is signed in elsewhere ends neither this session nor theirs', async () => {
    const bobs = await enter(projectCenter, { person: bob })
    const { browser, sid } = await enter(projectCenter)
    await ask(browser, { id_token_hint: bobs.id_token, post_logout_redirect_uri: home })
    expect(alertOf(browser)).toMatch(/somebody else/)
    expect([await isEnded(sid), await isEnded(bobs.sid)]).toEqual([false, false])
    await browser.submit()
    await browser.follow('https://')
    expect(titleOf(browser)).toBe('You are signed out')
    expect(await isEnded(bobs.sid)).toBe(false)
  })

  test('an access token is no ID token; a parameter that stands twice is refused', async () => {
    const { browser, sid } = await enter(projectCenter)
    const { access_token } = (await auth.passwordGrant(alice)).body
    await ask(browser, { id_token_hint: access_token })
    expect(alertOf(browser)).toMatch(/did not show who/)
    await browser.get(`${auth.url}/oauth2/end_session?state=a&state=b`)
    expect(browser.page.status).toBe(400)
    expect((await auth.post('/oauth2/end_session', { state: 'x'.repeat(17_000) })).status).toBe(413) // as it is kept
    expect(await isEnded(sid)).toBe(false)
  })

  test('a disabled app is an unknown one', async () => {
    const { browser, id_token, sid } = await enter(projectCenter)
    await auth.setClient(projectCenter, { disabledAt: 1 })
    await ask(browser, { id_token_hint: id_token, post_logout_redirect_uri: home })
    await auth.setClient(projectCenter, { disabledAt: null })
    expect(alertOf(browser)).toMatch(/app .* is not registered/)
    expect(await isEnded(sid)).toBe(false)
  })
})

describe('attacks', () => {
  test('an image or a form of a foreign site signs nobody out', async () => {
    const { browser, sid } = await enter(projectCenter)
    const foreign = { origin: 'https://evil.example' }
    const { headers } = await auth.get('/oauth2/end_session?client_id=project-center') // no cookies came along
    const path = new URL(headers.get('location') ?? '', auth.url).pathname
    await auth.post(path, {}, foreign)
    await browser.post(`${auth.url}/oauth2/end_session`, { client_id: 'project-center' }, foreign)
    await browser.follow()
    expect(titleOf(browser)).toBe('Sign out?')
    for (const form of [{}, { csrf: 'x' }]) {
      await browser.post(`${auth.url}${path}`, form as Record<string, string>, foreign)
      expect(browser.page.status).toBe(403)
    }
    expect(await isEnded(sid)).toBe(false)
  })

  test('the form of one browser, or of another question, is worth nothing', async () => {
    const mine = await enter(projectCenter)
    const theirs = await enter(projectCenter, { person: bob })
    const csrf = ({ page }: Browser) => /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
    await ask(theirs.browser, {})
    await ask(mine.browser, {})
    const other = csrf(mine.browser)
    await ask(mine.browser, {})
    for (const token of [csrf(theirs.browser), other]) {
      await mine.browser.post(mine.browser.page.url, { csrf: token })
      expect(mine.browser.page.status).toBe(403)
    }
    expect(await isEnded(mine.sid)).toBe(false)
  })

  test('HEAD is refused; a question that is unknown or too old asks anew', async () => {
    expect((await fetch(`${auth.url}/oauth2/end_session`, { method: 'HEAD', redirect: 'manual' })).status).toBe(405)
    const { browser } = await enter(projectCenter)
    await ask(browser, { client_id: 'project-center' })
    const question = browser.page.url
    auth.clock.advance(3_600_001)
    await browser.get(question)
    expect(browser.page.location).toBe(`${auth.url}/sign-out`)
  })
})

test('the metadata name it (RP-Initiated Logout section 2.1, Back-Channel Logout section 2.1)', async () => {
  expect((await auth.get('/.well-known/openid-configuration')).body).toMatchObject({
    end_session_endpoint: `${auth.url}/oauth2/end_session`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  })
})

describe('Front-Channel Logout, where it is on', () => {
  let fronted: TestAuth
  beforeAll(async () => {
    fronted = await startAuth({ env: { FRONTCHANNEL_LOGOUT: 'on' } })
    await fronted.setClient(projectCenter, {
      post_logout_redirect_uris: [home],
      frontchannel_logout_uri: 'https://app.example/out?a=b',
    })
  })
  afterAll(() => fronted.stop())

  test('the page after a sign-out frames the app, and nothing else, with issuer and session, then goes on (section 3)', async () => {
    const browser = createBrowser()
    const approved = await fronted.approve(alice, { client: projectCenter, scope: 'openid', browser })
    const { id_token } = (await fronted.redeem(projectCenter, approved)).body
    const { sid } = decodeJwt(id_token)
    const params = { id_token_hint: id_token, post_logout_redirect_uri: home, state: 's' }
    await browser.get(`${fronted.url}/oauth2/end_session?${new URLSearchParams(params)}`)
    await browser.follow('https://')
    const { body, headers } = browser.page
    const framed = `https://app.example/out?a=b&${new URLSearchParams({ iss: fronted.url, sid: String(sid) })}`
    expect(/<iframe src="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&')).toBe(framed)
    expect(headers.get('content-security-policy')).toContain('frame-src https://app.example;')
    expect(/http-equiv="refresh" content="2; url=([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&')).toBe(`${home}&state=s`)
  })

  test('the metadata say whether (section 3)', async () => {
    const supported = async ({ get }: TestAuth) => {
      const { frontchannel_logout_supported: apps, frontchannel_logout_session_supported: sids } = (
        await get('/.well-known/openid-configuration')
      ).body
      return [apps, sids]
    }
    expect([await supported(fronted), await supported(auth)]).toEqual([
      [true, true],
      [false, false],
    ])
  })
})
