import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { alice, bob, bookshop } from '../../../services/auth/test/support/people.ts'
import { startAuth, type TestAuth } from '../../../services/auth/test/support/start-auth.ts'
import { type Module, startModule } from './support/start-module.ts'

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

/** From an address of the module through the pages of auth; gives the callback's address, not yet visited. */
const comeBack = (browser: Browser, path: string, person = alice) =>
  auth.signInAt(`${module.url}${path}`, person, module.client, browser)

test('a page that needs a sign-in leads there and back to the same page, and knows who came', async () => {
  const browser = createBrowser()
  await browser.get(await comeBack(browser, '/page?tab=2'))
  expect(browser.page).toMatchObject({ status: 303, location: `${module.url}/page?tab=2` })
  await browser.follow()
  const { person } = JSON.parse(browser.page.body)
  expect(person).toMatchObject({ sub: alice.sub, name: 'Alice Liu', sid: expect.any(String) })
  expect(person.claims).toMatchObject({ iss: auth.url, aud: module.client.client_id })
  expect(person).not.toHaveProperty('tokens')
})

test('a sign-in asks with state, nonce and PKCE (RFC 9700 section 2.1.1)', async () => {
  const { location } = await createBrowser().get(`${module.url}/login`)
  const params = Object.fromEntries(new URL(location ?? '').searchParams)
  expect(params).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', redirect_uri: `${module.url}/callback` })
  for (const name of ['state', 'nonce', 'code_challenge']) expect(params[name]).toHaveLength(43)
})

test('the session cookie is out of reach of scripts and other sites, and new with each sign-in', async () => {
  const browser = createBrowser()
  const cookies = []
  for (const prompt of ['', '?prompt=login']) {
    const back = await comeBack(browser, `/login${prompt}`)
    const { headers } = await browser.get(back)
    cookies.push(headers.getSetCookie().find((cookie) => cookie.startsWith('project-center=')))
  }
  for (const cookie of cookies) expect(cookie).toMatch(/^project-center=[\w-]{43}\.[\w-]{22}; Path=\/; HttpOnly; SameSite=Lax$/)
  expect(cookies[0]).not.toBe(cookies[1])
})

test('by https no other host can set the cookies, whatever the connection to this process is', async () => {
  const secured = await startModule(auth, { baseUrl: 'https://projects.example' })
  const { headers } = await createBrowser().get(`${secured.url}/login`)
  expect(headers.get('set-cookie')).toMatch(
    /^__Host-project-center_[\w-]{8}=[\w-]{43}; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax; Secure$/,
  )
  await secured.close()
})

test.each([
  ['//evil.example/x'],
  ['/\\evil.example'],
  ['https://evil.example/'],
  ['javascript:alert(1)'],
  ['http://[broken'],
  ['blob:OWN/x'],
])('attack: return_to=%s ends on the home page, not elsewhere (RFC 9700 section 4.11)', async (returnTo) => {
  const browser = createBrowser()
  await browser.get(await comeBack(browser, `/login?return_to=${encodeURIComponent(returnTo.replace('OWN', module.url))}`))
  expect(browser.page.location).toBe(`${module.url}/`)
})

test('attack: a path of its own that looks like another host stays with the module', async () => {
  const browser = createBrowser()
  await browser.get(await comeBack(browser, `/login?return_to=${encodeURIComponent(`${module.url}//evil.example`)}`))
  expect(browser.page.headers.get('location')).toBe(`${module.url}//evil.example`)
})

test('a sign-in that another site starts ends on the home page', async () => {
  const { location } = await createBrowser().get(`${module.url}/login`, { 'sec-fetch-site': 'cross-site' })
  expect(location).toBe(`${module.url}/`)
})

test.each([['?code=stolen&state=foreign'], [''], ['?state=foreign&error=access_denied'], ['?state=__proto__']])(
  'a callback that nobody started is the module’s own page: %s (RFC 6749 section 10.12)',
  async (query) => {
    const { status, body, headers } = await createBrowser().get(`${module.url}/callback${query}`)
    expect([status, body]).toEqual([400, 'stale '])
    expect(headers.get('set-cookie')).toBeNull()
  },
)

test('attack: the code of the attacker, put into the browser of somebody else, signs nobody in and burns nothing', async () => {
  const [attacker, victim] = [createBrowser(), createBrowser()]
  const back = await comeBack(attacker, '/login')
  await victim.get(`${module.url}/login`)
  expect(await victim.get(back)).toMatchObject({ status: 400, body: 'stale ' })
  expect((await attacker.get(back)).status).toBe(303)
})

test('attack: a stranger who comes with one state after the other leaves nothing behind', async () => {
  const patterns: string[] = []
  const construct = (target: RegExpConstructor, args: unknown[]) => {
    patterns.push(String(args[0]))
    return Reflect.construct(target, args)
  }
  const { RegExp: own } = globalThis
  globalThis.RegExp = new Proxy(own, { construct })
  const headers = { cookie: 'any=cookie' }
  for (const state of ['aaaaaaaa', 'bbbbbbbb']) await fetch(`${module.url}/callback?state=${state}`, { headers })
  globalThis.RegExp = own
  expect(patterns.filter((pattern) => pattern.includes('project-center'))).toEqual([])
})

test('an answer of another issuer is refused (RFC 9207 section 2.4)', async () => {
  const browser = createBrowser()
  const back = new URL(await comeBack(browser, '/page'))
  back.searchParams.set('iss', 'https://evil.example')
  const { status, body } = await browser.get(back.href)
  expect([status, body.split(' ')[0]]).toEqual([400, 'stale'])
  expect((await browser.get(`${module.url}/`)).body).toBe('welcome stranger')
})

test('an error is the module’s own page, with the protocol’s word', async () => {
  await auth.setClient(bookshop, { redirect_uris: [`${module.url}/callback`] })
  const browser = createBrowser()
  const state = new URL((await browser.get(`${module.url}/login`)).location ?? '').searchParams.get('state')
  const answer = (error: string) => `${module.url}/callback?${new URLSearchParams({ error, state: `${state}`, iss: auth.url })}`
  expect(await browser.get(answer('unauthorized_client'))).toMatchObject({
    status: 502,
    body: 'misconfigured unauthorized_client',
  })
})

test('who refuses gets a page that is no failure', async () => {
  const browser = createBrowser()
  const state = new URL((await browser.get(`${module.url}/login`)).location ?? '').searchParams.get('state')
  const { status, body } = await browser.get(`${module.url}/callback?error=access_denied&state=${state}&iss=${auth.url}`)
  expect([status, body]).toEqual([200, 'refused access_denied'])
})

test('attack: a flood of sign-ins that strangers begin keeps nobody out', async () => {
  const browser = createBrowser()
  const back = await comeBack(browser, '/page')
  for (let begun = 0; begun < 5000; begun += 100)
    await Promise.all(Array.from({ length: 100 }, () => fetch(`${module.url}/login`, { redirect: 'manual' })))
  await browser.get(back)
  expect(browser.page.status).toBe(303)
  expect((await browser.follow()).url).toBe(`${module.url}/`)
  expect(browser.page.body).toBe('welcome Alice Liu')
  await browser.get(back)
  expect(browser.page).toMatchObject({ status: 400, body: expect.stringContaining('stale') })
}, 30_000)

test('a callback that comes twice, at once or later, is one sign-in and one page', async () => {
  const browser = createBrowser()
  const back = await comeBack(browser, '/page')
  const answers = await Promise.all([browser.get(back), browser.get(back)])
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  expect(await browser.get(back)).toMatchObject({ status: 303, location: `${module.url}/page` })
  await browser.follow()
  expect(JSON.parse(browser.page.body).person.sub).toBe(alice.sub)
})

test('two tabs that begin a sign-in at once both come to their page', async () => {
  const browser = createBrowser()
  const [first, second] = [await browser.get(`${module.url}/page?tab=1`), await browser.get(`${module.url}/page?tab=2`)]
  await browser.get(await auth.signInAt(first.location ?? '', alice, module.client, browser))
  expect(browser.page.location).toBe(`${module.url}/page?tab=1`)
  await browser.get(await auth.signInAt(second.location ?? '', alice, module.client, browser))
  expect(browser.page.location).toBe(`${module.url}/page?tab=2`)
})

test('who is signed in at the login enters without a page (prompt=none); who is not is asked nothing, and just looks', async () => {
  const stranger = createBrowser()
  await stranger.get(`${module.url}/entrance?x=1`)
  await stranger.follow()
  expect(stranger.page).toMatchObject({ url: `${module.url}/entrance?x=1`, body: 'entrance of stranger' })

  const other = await startModule(auth)
  const browser = createBrowser()
  await browser.get(await auth.signInAt(`${other.url}/page`, alice, other.client, browser))
  await other.close()
  await auth.setClient(module.client, { redirect_uris: module.client.redirect_uris })
  await browser.get(`${module.url}/entrance`)
  await browser.follow()
  expect(browser.page).toMatchObject({ url: `${module.url}/entrance`, body: 'entrance of Alice Liu' })
})

test('the login is asked again at the next visit, not at each answer', async () => {
  const browser = createBrowser()
  await browser.get(`${module.url}/entrance`)
  await browser.follow()
  expect(browser.page.body).toBe('entrance of stranger')
  expect((await browser.get(`${module.url}/entrance`)).location).toContain('prompt=none')
})

test('a login that can’t be reached is a page of its own for who signs in, and none for who just looks', async () => {
  const alone = await startModule(auth, { issuer: 'http://localhost:1' })
  const browser = createBrowser()
  const { status, body, headers } = await browser.get(`${alone.url}/page`)
  expect([status, body, headers.get('retry-after')]).toEqual([503, 'unreachable ', '30'])
  expect(alone.log.join()).toContain('GET /page: unreachable')
  expect((await browser.get(`${alone.url}/entrance`)).body).toBe('entrance of stranger')
  await alone.close()
})

test('a module may live under a path, which all its routes and cookies have', async () => {
  const under = await startModule(auth, { path: '/bff' })
  const browser = createBrowser()
  await browser.get(await auth.signInAt(`${under.url}/page`, bob, under.client, browser))
  expect(browser.page.headers.getSetCookie().at(-1)).toContain('; Path=/bff;')
  await browser.follow()
  expect(JSON.parse(browser.page.body).person.name).toBe('Bob')
  await under.close()
})

test('who comes by 127.0.0.1 for localhost is sent to the name that the sign-in returns to', async () => {
  const named = await startModule(auth, { baseUrl: module.url.replace('127.0.0.1', 'localhost') })
  const { location } = await createBrowser().get(`${named.url}/page?x=1`)
  expect(location).toBe(`${module.url.replace('127.0.0.1', 'localhost')}/page?x=1`)
  await named.close()
})
