import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createLog } from '@menshen/shared/log'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { decodeJwt } from 'jose'
import { sha256 } from '../src/core/secrets.ts'
import type { Session } from '../src/core/types.ts'
import { interactions } from '../src/stores/interactions.ts'
import { revokedTokens } from '../src/stores/revoked-tokens.ts'
import { sessions } from '../src/stores/sessions.ts'
import {
  alice,
  bank,
  basic,
  bookshop,
  kiosk,
  mobileApp,
  noCodeGrant,
  noCodeResponse,
  nosyJob,
  openApi,
  projectApi,
  projectCenter,
  reader,
  reportJob,
  userApi,
} from './support/people.ts'
import { challengeFor, startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
const lines: string[] = []
beforeAll(async () => {
  const log = createLog({ service: 'auth', level: 'info', destination: { write: (line) => void lines.push(line) } })
  auth = await startAuth({ log })
})
afterAll(() => auth.stop())
afterEach(() => void jest.restoreAllMocks())

const callback = bookshop.redirect_uris[0] ?? ''
const paramsOf = (location: string | null | undefined) => Object.fromEntries(new URL(location ?? '').searchParams)

/** Where an authorization request ends without any page. */
async function answerTo(address: string) {
  const { headers } = await auth.get(address.slice(auth.url.length))
  expect(headers.get('location')).toMatch(`${callback}?`)
  return paramsOf(headers.get('location'))
}

describe('a token request that asks for too much', () => {
  test.each([
    ['a wider scope', { scope: 'user:read learning:read' }, 'invalid_scope'],
    ['a malformed scope', { scope: 'user:read"' }, 'invalid_scope'],
    ['a scope that the resource does not own', { scope: 'user:read', resource: projectApi.resource }, 'invalid_scope'],
    ['a resource that owns nothing of the scope', { resource: openApi.resource }, 'invalid_scope'],
    ['a resource that is not registered', { resource: 'http://elsewhere' }, 'invalid_target'],
  ])('does not use its refresh token up: %s (RFC 6749 section 6, RFC 8707 section 2.2)', async (_, tooMuch, error) => {
    const { refresh_token } = (await auth.passwordGrant(alice, { scope: 'user:read project:read' })).body
    expect(await auth.refresh(mobileApp, refresh_token, tooMuch)).toMatchObject({ status: 400, body: { error } })
    auth.clock.advance(31_000) // past the grace: a token that was used would be reuse
    expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject({ status: 200 })
  })

  test('does not use its refresh token up: a resource that was not part of the authorization (RFC 8707 section 2.2)', async () => {
    const granted = { scope: 'user:read project:read', resource: userApi.resource }
    const { refresh_token } = (await auth.passwordGrant(alice, granted)).body
    const tooMuch = await auth.refresh(mobileApp, refresh_token, { resource: projectApi.resource })
    expect(tooMuch).toMatchObject({ status: 400, body: { error: 'invalid_target' } })
    auth.clock.advance(31_000)
    expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject({ status: 200 })
  })

  test('does not use its code up: a resource that was not part of the authorization (RFC 8707 section 2.2)', async () => {
    const approved = await auth.approve(alice, { client: bookshop, resource: openApi.resource })
    const tooMuch = await auth.redeem(bookshop, approved, { resource: userApi.resource })
    expect(tooMuch).toMatchObject({ status: 400, body: { error: 'invalid_target' } })
    expect(await auth.redeem(bookshop, approved)).toMatchObject({ status: 200 })
  })

  test('does not use its code up: a resource that owns nothing of the scope (RFC 8707 section 2.2)', async () => {
    const approved = await auth.approve(alice, { client: bookshop, scope: 'learning:read' })
    const tooMuch = await auth.redeem(bookshop, approved, { resource: userApi.resource })
    expect(tooMuch).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    expect(await auth.redeem(bookshop, approved)).toMatchObject({ status: 200 })
  })
})

describe('a client', () => {
  const itself = { grant_type: 'client_credentials' }

  test('may not use the password grant unless it is ours, though it registered for it (RFC 9700 section 2.4)', async () => {
    expect(await auth.passwordGrant(alice, { scope: 'learning:read' }, kiosk)).toMatchObject({
      status: 400,
      body: { error: 'unauthorized_client' },
    })
  })

  test('without a secret may not act for itself, though it registered for it (RFC 6749 section 4.4)', async () => {
    expect(await auth.token(kiosk, itself)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } })
  })

  test('that acts for itself is never given scopes about a person (OpenID Connect Core section 5.4)', async () => {
    for (const scope of [{}, { scope: nosyJob.scope }, { scope: 'openid user:list' }]) {
      const { status, body } = await auth.token(nosyJob, { ...itself, ...scope })
      expect({ status, body }).toEqual({
        status: 200,
        body: { access_token: expect.any(String), token_type: 'Bearer', expires_in: 600, scope: 'user:list' },
      })
      expect(decodeJwt(body.access_token)).toMatchObject({ scope: 'user:list', aud: userApi.resource, sub: 'nosy-job' })
    }
    for (const scope of ['openid', 'profile email', 'offline_access']) {
      expect(await auth.token(nosyJob, { ...itself, scope })).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    }
  })

  test('that has a secret cannot do without it (RFC 6749 section 3.2.1)', async () => {
    const answers = await Promise.all([
      auth.post('/oauth2/token', { ...itself, client_id: 'report-job' }),
      auth.post('/oauth2/token', { ...itself, client_id: 'report-job', client_secret: '' }),
      auth.post('/oauth2/token', itself, { authorization: basic('report-job', '') }),
      auth.post('/oauth2/revoke', { token: 'x', client_id: 'library' }),
      auth.post('/oauth2/revoke', { token: 'x', client_id: 'library', client_secret: '' }),
    ])
    for (const answer of answers) expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  test('without a secret is not proven by one (RFC 6749 section 2.3)', async () => {
    const asked = { grant_type: 'refresh_token', refresh_token: 'x' }
    const answers = await Promise.all([
      auth.post('/oauth2/token', { ...asked, client_id: reader.client_id, client_secret: 'x' }),
      auth.post('/oauth2/token', asked, { authorization: basic(reader.client_id, '') }),
    ])
    for (const answer of answers) expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  test('cannot name another in the form than in its header (RFC 6749 section 2.3)', async () => {
    const authorization = basic(reportJob.client_id, reportJob.secret ?? '')
    expect(await auth.post('/oauth2/token', { ...itself, client_id: 'nosy-job' }, { authorization })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
    expect(await auth.post('/oauth2/token', { ...itself, client_id: 'report-job' }, { authorization })).toMatchObject({
      status: 200,
    })
  })

  test('that registered require_pkce must send a challenge, though it has a secret (RFC 9700 section 2.1.1)', async () => {
    expect(await answerTo(auth.authorizeUrl(bank))).toMatchObject({ error: 'invalid_request', state: 'xyz', iss: auth.url })
    expect(await answerTo(auth.authorizeUrl(bank, { ...challengeFor('v'.repeat(43)), prompt: 'none' }))).toMatchObject({
      error: 'login_required',
    })
    expect(await auth.redeem(bank, await auth.approve(alice, { client: bank }))).toMatchObject({ status: 200 })
  })

  test.each([
    ['response type', noCodeResponse],
    ['grant', noCodeGrant],
  ])('that did not register the %s of the code flow may not begin it (RFC 6749 section 4.1.2.1)', async (_, client) => {
    expect(await answerTo(auth.authorizeUrl(client, { prompt: 'none' }))).toMatchObject({
      error: 'unauthorized_client',
      state: 'xyz',
      iss: auth.url,
    })
  })
})

/** A new request of this browser, on its sign-in page. */
async function atSignIn(browser: Browser = createBrowser(), state = 'xyz') {
  await browser.get(auth.authorizeUrl(bookshop, { state }))
  await browser.follow(callback)
  expect(browser.page.url).toMatch(/\/sign-in$/)
  const id = browser.page.url.split('/').at(-2) ?? ''
  return { browser, url: browser.page.url, id, csrf: csrfIn(browser) }
}
const csrfIn = ({ page }: Browser) => /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
const bindingOf = ({ cookies }: Browser) => sha256(cookies.get('menshen_browser') ?? '')

describe('the form of a sign-in (RFC 6819 section 4.4.1.8)', () => {
  const send = async (browser: Browser, url: string, csrf: string) => {
    auth.clock.advance(1000)
    return browser.post(url, { csrf, username: alice.username, password: alice.password })
  }

  test('belongs to one request: a token of another in the same browser signs nobody in', async () => {
    const first = await atSignIn()
    const second = await atSignIn(first.browser)
    expect(second).not.toMatchObject({ id: first.id })
    for (const [url, csrf] of [
      [first.url, second.csrf],
      [second.url, first.csrf],
    ] as const) {
      expect(await send(first.browser, url, csrf)).toMatchObject({ status: 403, location: undefined })
      expect(await first.browser.post(url.replace('sign-in', 'cancel'), { csrf })).toMatchObject({ status: 403 })
    }
    expect(first.browser.cookies.get('menshen_session')).toBeUndefined()
    expect(await send(first.browser, first.url, first.csrf)).toMatchObject({ status: 303 })
  })

  test('belongs to one browser: a token made for another browser signs nobody in', async () => {
    const victim = await atSignIn()
    const attacker = await atSignIn()
    const giveTo = (browser: Browser) =>
      auth.database.collection(interactions).update({ id: victim.id }, { set: { browser: bindingOf(browser) } })
    await giveTo(attacker.browser)
    await attacker.browser.get(victim.url)
    const planted = csrfIn(attacker.browser)
    expect(attacker.browser.page.status).toBe(200)
    await giveTo(victim.browser)

    expect(await send(victim.browser, victim.url, planted)).toMatchObject({ status: 403, location: undefined })
    expect(await victim.browser.post(victim.url.replace('sign-in', 'cancel'), { csrf: planted })).toMatchObject({ status: 403 })
    expect(victim.browser.cookies.get('menshen_session')).toBeUndefined()
    expect(await send(victim.browser, victim.url, victim.csrf)).toMatchObject({ status: 303 })
  })

  test('and its pages are shown to no other browser, though it has begun a request of its own', async () => {
    const { url, csrf } = await atSignIn()
    const stranger = await atSignIn()
    const { browser: member } = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
    for (const browser of [stranger.browser, member]) {
      expect(browser.cookies.get('menshen_browser')).toMatch(/^[\w-]{43}$/)
      for (const page of ['sign-in', 'consent']) {
        await browser.get(url.replace('sign-in', page))
        expect(browser.page).toMatchObject({ status: 403, location: undefined })
        expect(browser.page.body).not.toContain('csrf')
      }
      expect(await send(browser, url, csrf)).toMatchObject({ status: 403, location: undefined })
      expect(await browser.post(url.replace('sign-in', 'cancel'), { csrf })).toMatchObject({ status: 403, location: undefined })
    }
  })
})

describe('a session that has ended', () => {
  const address = (more: Record<string, string> = {}) => auth.authorizeUrl(projectCenter, { scope: 'openid', ...more })
  const signedIn = async () => {
    const approved = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
    const { sid } = decodeJwt((await auth.redeem(projectCenter, approved)).body.id_token)
    const end = () => auth.database.collection(sessions).update({ sid: String(sid) }, { set: { endedAt: auth.clock.now() } })
    return { browser: approved.browser, sid, end }
  }

  test('signs nobody on (OpenID Connect Core section 3.1.2.3)', async () => {
    const { browser, sid, end } = await signedIn()
    await browser.get(address({ prompt: 'none' }))
    expect(paramsOf(browser.page.location)).toHaveProperty('code')
    await end()
    await browser.get(address({ prompt: 'none' }))
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'login_required' })
    await browser.get(address())
    await browser.follow(callback)
    expect(browser.page).toMatchObject({ status: 200, url: expect.stringMatching(/\/sign-in$/) })

    const again = await auth.approve(alice, { client: projectCenter, scope: 'openid', browser })
    expect(decodeJwt((await auth.redeem(projectCenter, again)).body.id_token)['sid']).not.toBe(sid)
  })

  test('makes no Grant either when it ended while the request was under way', async () => {
    const { browser, end } = await signedIn()
    const { ofBrowser } = auth.deps.sessions
    const endingAfterwards = async (cookie: string): Promise<Session[]> => {
      const found = await ofBrowser(cookie)
      await end()
      return found
    }
    jest.spyOn(auth.deps.sessions, 'ofBrowser').mockImplementationOnce(endingAfterwards)
    await browser.get(address({ prompt: 'none' }))
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'login_required' })
  })
})

describe('revocation (RFC 7009 section 2.1)', () => {
  test('an ID token in place of an access token ends nothing', async () => {
    const { id_token, refresh_token } = (await auth.passwordGrant(alice, { scope: 'openid user:read' })).body
    expect(await auth.revoke(mobileApp, id_token)).toMatchObject({ status: 200 })
    expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject({ status: 200 })
    expect(await auth.database.collection(revokedTokens).list({})).toEqual([])
  })

  test('nor does any other JWT of ours, whatever its claims: only at+jwt is an access token (RFC 9068 section 4)', async () => {
    const { access_token, refresh_token } = (await auth.passwordGrant(alice)).body
    const { grant_id: _, ...ofNoGrant } = decodeJwt(access_token)
    for (const typ of ['JWT', 'logout+jwt']) {
      for (const claims of [decodeJwt(access_token), ofNoGrant]) {
        const token = await auth.deps.signing.sign(claims, { alg: 'ES256', typ })
        expect(await auth.revoke(mobileApp, token)).toMatchObject({ status: 200 })
      }
    }
    expect(await auth.database.collection(revokedTokens).list({})).toEqual([])
    expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject({ status: 200 })
  })
})

describe('a failure that nobody foresaw is server_error and tells nothing of its cause, which is in the log', () => {
  const cause = 'SQLITE_IOERR: the disk behind /srv/secret/auth.db is gone'
  const fault = () => Promise.reject(new Error(cause))
  const logged = () => lines.filter((line) => line.includes(cause)).map((line) => JSON.parse(line))

  async function expectSilence(work: () => Promise<string>): Promise<void> {
    lines.length = 0
    const told = await work()
    for (const word of ['SQLITE', 'disk', '/srv/', 'Error:', '.ts:']) expect(told).not.toContain(word)
    expect(logged()).toMatchObject([{ level: 'error', error: 'server_error', requestId: expect.any(String) }])
  }

  test('to a client (RFC 6749 section 5.2)', async () => {
    jest.spyOn(auth.database, 'transaction').mockImplementation(fault)
    await expectSilence(async () => {
      const { status, headers, body } = await auth.passwordGrant(alice)
      expect({ status, body }).toEqual({
        status: 500,
        body: { error: 'server_error', error_description: 'something went wrong here' },
      })
      return JSON.stringify([body, [...headers]])
    })
  })

  test('to an app that waits for an answer (RFC 6749 section 4.1.2.1)', async () => {
    const { browser } = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
    jest.spyOn(auth.database, 'transaction').mockImplementation(fault)
    await expectSilence(async () => {
      const { headers, body, location } = await browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid' }))
      expect(paramsOf(location)).toEqual({
        error: 'server_error',
        error_description: 'something went wrong here',
        state: 'xyz',
        iss: auth.url,
      })
      return JSON.stringify([body, [...headers], decodeURIComponent(location ?? '')])
    })
  })

  test('to a person, on a page', async () => {
    const { browser, url } = await atSignIn()
    jest.spyOn(auth.deps.interactions, 'find').mockImplementation(fault)
    await expectSilence(async () => {
      const { status, headers, body } = await browser.get(url)
      expect({ status, type: headers.get('content-type') }).toEqual({ status: 500, type: 'text/html; charset=utf-8' })
      return JSON.stringify([body, [...headers]])
    })
  })
})
