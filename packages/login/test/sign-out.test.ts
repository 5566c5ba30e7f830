import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { alice, projectCenter } from '../../../services/auth/test/support/people.ts'
import { startAuth, type TestAuth } from '../../../services/auth/test/support/start-auth.ts'
import { createMemoryStore } from '../src/memory-store.ts'
import type { SessionStore } from '../src/session.ts'
import { type Module, startModule } from './support/start-module.ts'

const minute = 60_000
const event = 'http://schemas.openid.net/event/backchannel-logout'

let auth: TestAuth
let module: Module
beforeAll(async () => {
  auth = await startAuth({ systemTime: true })
}, 30_000)
afterAll(() => auth.stop())
beforeEach(async () => {
  module = await startModule(auth)
})
afterEach(() => module.close())

const restart = async (options: Parameters<typeof startModule>[1]) => {
  await module.close()
  module = await startModule(auth, options)
}
async function signIn(browser = createBrowser()): Promise<Browser> {
  await browser.get(await auth.signInAt(`${module.url}/page`, alice, module.client, browser))
  await browser.follow()
  return browser
}
const personIn = ({ page }: Browser) => JSON.parse(page.body).person
const greeting = async (browser: Browser) => (await browser.get(`${module.url}/`)).body

/** A logout token as auth would make it, but for some claims; null leaves one out (Back-Channel Logout section 2.4). */
async function logoutToken(
  claims: Record<string, unknown> = {},
  typ = 'logout+jwt',
  alg: 'RS256' | 'ES256' = 'RS256',
): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  const good = {
    iss: auth.url,
    aud: projectCenter.client_id,
    sub: alice.sub,
    iat,
    exp: iat + 120,
    jti: crypto.randomUUID(),
    events: { [event]: {} },
  }
  const all = Object.entries({ ...good, ...claims }).filter(([, value]) => value !== null)
  return auth.deps.signing.sign(Object.fromEntries(all), { alg, typ })
}
const tell = (logout_token: string) => createBrowser().post(`${module.url}/backchannel-logout`, { logout_token })

test('signing out ends the session here and gives the token back (RFC 7009)', async () => {
  const browser = await signIn()
  const { sid } = personIn(browser)
  const { headers, location } = await browser.post(`${module.url}/logout`, {})
  expect(headers.getSetCookie()).toContain('project-center=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax')
  expect(location).toContain(`${auth.url}/oauth2/end_session?`)
  expect(await greeting(browser)).toBe('welcome stranger')
  expect((await auth.deps.grants.allOfSession(sid)).map(({ revokedAt }) => revokedAt)).toEqual([expect.any(Number)])
})

test('it goes through the login and back to the home page, where nobody is signed in any more (RP-Initiated Logout section 2)', async () => {
  const browser = await signIn()
  await browser.post(`${module.url}/logout`, {})
  expect((await browser.follow()).url).toBe(`${module.url}/`)
  expect(browser.page.body).toBe('welcome stranger')
  await browser.get(`${module.url}/page`)
  expect((await browser.follow()).url).toMatch(/\/sign-in$/)
})

test('who signs out of a session that is already over is led to the login, which asks', async () => {
  const browser = await signIn()
  module.pass(8 * 60 * minute)
  await browser.post(`${module.url}/logout`, {})
  expect(browser.page.location).toContain(`${auth.url}/oauth2/end_session?`)
  expect(browser.page.location).not.toContain('id_token_hint')
  await browser.follow()
  await browser.submit()
  expect((await browser.follow()).url).toBe(`${module.url}/`)
})

test('when the login is gone, who signs out is signed out here', async () => {
  await module.close()
  const gone = await startAuth({ systemTime: true })
  module = await startModule(gone)
  const browser = createBrowser()
  await browser.get(await gone.signInAt(`${module.url}/page`, alice, module.client, browser))
  await gone.stop()
  expect((await browser.post(`${module.url}/logout`, {})).location).toBe(`${module.url}/`)
  expect(await greeting(browser)).toBe('welcome stranger')
})

test('attack: after a sign-out that the login could not hear of, nobody is in under that name without the password', async () => {
  const browser = await signIn()
  const { revoke } = auth.deps.grants
  auth.deps.grants.revoke = () => Promise.reject(new Error('the database is away'))
  expect((await browser.post(`${module.url}/logout`, {})).location).toBe(`${module.url}/`)
  auth.deps.grants.revoke = revoke
  for (const path of ['/entrance', '/entrance', '/login?prompt=none&return_to=/entrance']) {
    await browser.get(`${module.url}${path}`)
    expect((await browser.follow()).body).toBe('entrance of stranger')
  }
  await browser.get(`${module.url}/page`)
  expect((await browser.follow()).url).toMatch(/\/sign-in$/)

  const { username, password } = alice
  await browser.submit({ username, password }, 'password')
  expect(personIn({ ...browser, page: await browser.follow() }).name).toBe('Alice Liu')
  expect(browser.cookies.get('project-center_left')).toBeUndefined()
})

test('a module that is a guest signs out by itself alone', async () => {
  await restart({ signOutEverywhere: false })
  const browser = await signIn()
  expect((await browser.post(`${module.url}/logout`, {})).location).toBe(`${module.url}/`)
})

test('who signed out is not signed in again by the next look', async () => {
  await restart({ signOutEverywhere: false })
  const browser = await signIn()
  await browser.post(`${module.url}/logout`, {})
  expect((await browser.get(`${module.url}/entrance`)).body).toBe('entrance of stranger')
})

test.each([['https://evil.example'], ['null'], ['']])('attack: a sign-out sent from "%s" is refused', async (origin) => {
  const browser = await signIn()
  expect(await browser.post(`${module.url}/logout`, {}, { origin })).toMatchObject({ status: 403, body: 'foreign ' })
  expect(await greeting(browser)).toBe('welcome Alice Liu')
})

test('a logout token ends the sessions of its sid, and no other (Back-Channel Logout section 2.7)', async () => {
  const [browser, elsewhere] = [await signIn(), await signIn()]
  const { sid } = personIn(browser)
  expect(await tell(await logoutToken({ sid }))).toMatchObject({ status: 200 })
  expect([await greeting(browser), await greeting(elsewhere)]).toEqual(['welcome stranger', 'welcome Alice Liu'])
})

test('one without sid ends all sessions of the person', async () => {
  const browsers = [await signIn(), await signIn()]
  expect((await tell(await logoutToken())).status).toBe(200)
  for (const browser of browsers) expect(await greeting(browser)).toBe('welcome stranger')
})

test('what auth itself sends is understood', async () => {
  const browser = await signIn()
  const { sid } = personIn(browser)
  auth.deps.backchannel.postForm = async (address, form) => {
    const { status } = await createBrowser().post(address, form)
    if (status !== 200) throw new Error(`${status}`)
  }
  const told = new Promise((resolve) => {
    auth.deps.backchannel.heard = resolve
  })
  await auth.deps.sessions.end({ sid, sub: alice.sub })
  expect(await told).toMatchObject({ outcome: 'told', client_id: 'project-center' })
  expect(await greeting(browser)).toBe('welcome stranger')
})

test.each<[string, Record<string, unknown>, string]>([
  ['for another app', { aud: 'bookshop' }, 'logout+jwt'],
  ['of another issuer', { iss: 'https://evil.example' }, 'logout+jwt'],
  ['with a nonce', { nonce: 'n' }, 'logout+jwt'],
  ['without the event', { events: {} }, 'logout+jwt'],
  ['whose event is no object', { events: { [event]: true } }, 'logout+jwt'],
  ['without events, as an ID token', { events: null }, 'logout+jwt'],
  ['that names nobody', { sub: null }, 'logout+jwt'],
  ['without jti', { jti: null }, 'logout+jwt'],
  ['without iat', { iat: null }, 'logout+jwt'],
  ['that has expired', { exp: Math.floor(Date.now() / 1000) - 60 }, 'logout+jwt'],
  ['of the day before yesterday', { iat: Math.floor(Date.now() / 1000) - 180_000 }, 'logout+jwt'],
  ['typed as an access token', {}, 'at+jwt'],
  ['typed as an ID token', {}, 'JWT'],
])(
  'attack: a logout token %s is answered by 400, and the session stays (Back-Channel Logout section 2.6)',
  async (_, claims, typ) => {
    const browser = await signIn()
    const { status, body, headers } = await tell(await logoutToken(claims, typ))
    expect([status, headers.get('cache-control')]).toEqual([400, 'no-store'])
    expect(JSON.parse(body)).toMatchObject({ error: 'invalid_request', error_description: expect.any(String) })
    expect(await greeting(browser)).toBe('welcome Alice Liu')
  },
)

test('attack: a logout token is taken once; replayed it does not end the next session', async () => {
  const browser = await signIn()
  const token = await logoutToken({ sid: personIn(browser).sid })
  expect((await tell(token)).status).toBe(200)
  await signIn(browser)
  expect((await tell(token)).status).toBe(400)
  module.pass(minute)
  expect((await tell(token)).status).toBe(400)
  expect(await greeting(browser)).toBe('welcome Alice Liu')
})

test('attack: an ID token, a forged or an unsigned token is no logout token', async () => {
  const browser = await signIn()
  const { id_token } = (await auth.passwordGrant(alice, { scope: 'openid' })).body
  const [head, body] = (await logoutToken()).split('.')
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
  for (const token of [id_token, `${head}.${body}.${'x'.repeat(342)}`, unsigned, 'nonsense', ''])
    expect((await tell(token)).status).toBe(400)
  expect(await greeting(browser)).toBe('welcome Alice Liu')
})

test('without a form there is no logout token either', async () => {
  const { status } = await fetch(`${module.url}/backchannel-logout`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  })
  expect(status).toBe(400)
})

/** Something to wait for until it is opened. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

test('attack: a refresh that comes back after the sign-out brings no session back', async () => {
  const memory = createMemoryStore(Date.now)
  const [refreshed, out] = [gate(), gate()]
  const update: SessionStore['update'] = async (id, changes) => {
    refreshed.open()
    await out.opened
    return memory.update(id, changes)
  }
  const store = { ...memory, update }
  await restart({ store })
  const browser = await signIn()
  module.pass(10 * minute)
  const numbers = browser.get(`${module.url}/numbers`)
  await refreshed.opened
  await createBrowser().post(`${module.url}/backchannel-logout`, { logout_token: await logoutToken({ exp: 2e9 }) })
  out.open()
  expect((await numbers).status).toBe(303)
  expect((await browser.get(`${module.url}/page`)).status).toBe(303)
})

test('attack: a session that ends while its code is redeemed does not begin here', async () => {
  const memory = createMemoryStore(Date.now)
  const [redeemed, told] = [gate(), gate()]
  let sid: string | undefined
  const add: SessionStore['add'] = async (id, session) => {
    sid = session.sid
    redeemed.open()
    await told.opened
    return memory.add(id, session)
  }
  await restart({ store: { ...memory, add } })
  const browser = createBrowser()
  const callback = browser.get(await auth.signInAt(`${module.url}/page`, alice, module.client, browser))
  await redeemed.opened
  expect((await tell(await logoutToken({ sid }))).status).toBe(200)
  told.open()
  expect((await callback).location).toBe(`${module.url}/page`)
  expect(await greeting(browser)).toBe('welcome stranger')
})

test('a logout token that could not be followed may be sent again', async () => {
  const memory = createMemoryStore(Date.now)
  let isBroken = true
  const end: SessionStore['end'] = async (which) => {
    if (isBroken) throw new Error('the store is away')
    return memory.end(which)
  }
  await restart({ store: { ...memory, end } })
  const browser = await signIn()
  const token = await logoutToken({ sid: personIn(browser).sid })
  expect((await tell(token)).status).toBe(500)
  isBroken = false
  expect((await tell(token)).status).toBe(200)
  expect(await greeting(browser)).toBe('welcome stranger')
})
