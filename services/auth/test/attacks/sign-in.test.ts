import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { fieldsOf, open, paramsOf, signIn } from '../support/authorize.ts'
import { alice, bob, bookshop, projectCenter } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

/** What can be done to somebody who signs in, or by somebody who must not. */
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth({ env: { SIGN_IN_FREE_FAILURES: '100' } })
})
afterAll(() => auth.stop())

const session = ({ cookies }: Browser) => cookies.get('menshen_session')
const atSignIn = async (browser = createBrowser()) => {
  await open(auth, browser, bookshop)
  expect(browser.page.url).toMatch(/\/sign-in$/)
  return browser
}

test('another site sends the form: without the token of this page nobody is signed in (RFC 6819 section 4.4.1.8)', async () => {
  const [browser, other] = [await atSignIn(), await atSignIn()]
  const { url } = browser.page
  const { username, password } = alice
  for (const csrf of ['', 'x', fieldsOf(other)['csrf'] ?? '']) {
    await browser.post(url, { csrf, username, password }, { origin: 'https://evil.example' })
    expect(browser.page).toMatchObject({ status: 403, location: undefined })
    expect(session(browser)).toBeUndefined()
  }
})

test('a session cookie is planted before somebody signs in: it is worth nothing afterwards', async () => {
  const planted = (await auth.approve(bob, { client: bookshop })).browser.cookies.get('menshen_session') ?? ''
  const victim = await atSignIn()
  victim.cookies.store(new URL(auth.url), new Headers({ 'set-cookie': `menshen_session=${planted}; path=/` }))
  await signIn(auth, victim, alice)
  expect(session(victim)).not.toBe(planted)

  const attacker = createBrowser()
  const silent = auth.authorizeUrl(bookshop, { prompt: 'none' })
  await attacker.get(silent, { cookie: `menshen_session=${planted}` })
  expect(paramsOf(attacker.page.location)).toMatchObject({ error: 'login_required' })
})

test('a session cookie that we never gave is planted: signing in gives another', async () => {
  const planted = 'p'.repeat(43)
  const victim = await atSignIn()
  victim.cookies.store(new URL(auth.url), new Headers({ 'set-cookie': `menshen_session=${planted}; path=/` }))
  await signIn(auth, victim, alice)
  expect(session(victim)).toMatch(/^[\w-]{43}$/)
  expect(session(victim)).not.toBe(planted)
})

test('a page is framed to steal clicks: no page may be (RFC 9700 section 4.16)', async () => {
  const browser = await atSignIn()
  const answers = [browser.page]
  await signIn(auth, browser, alice)
  answers.push(await browser.follow(bookshop.redirect_uris[0]), await browser.get(`${auth.url}/nowhere`))
  expect(answers.map(({ url }) => url.split('/').at(-1))).toEqual(['sign-in', 'consent', 'nowhere'])
  for (const { headers } of answers) {
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/)
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/)
  }
})

const elsewhere = ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']
const names =
  'return return_to returnTo return_url next continue url goto redirect redirect_to redirect_uri target RelayState back to'

test('a value tells where to go after signing in: nobody is led anywhere but on in the request (RFC 9700 section 4.11)', async () => {
  for (const address of elsewhere) {
    const more = new URLSearchParams(names.split(' ').map((name): [string, string] => [name, address]))
    const browser = await atSignIn()
    const { origin, pathname } = new URL(browser.page.url)
    await browser.get(`${browser.page.url}?${more}`)
    expect(browser.page.body).not.toContain('evil.example')
    auth.clock.advance(1000)
    const fields = { ...Object.fromEntries(more), ...fieldsOf(browser, 'password'), ...alice, claims: '' }
    await browser.post(`${browser.page.url}`, fields)
    expect(browser.page.location).toBe(`${origin}${pathname.replace('sign-in', 'consent')}`)
    await browser.get(`${browser.page.location}?${more}`)
    await browser.submit({ ...Object.fromEntries(more), decision: 'deny' }, 'decision')
    expect(browser.page.location).toMatch(/^https:\/\/app\.example\/callback\?error=access_denied&/)
  }
})

test('an address of ours begins like another host, and leads to none', async () => {
  for (const path of [
    '//evil.example/x',
    '/\\evil.example',
    '//evil.example/oauth2/authorize',
    '/oauth2/authorize//evil.example',
    '/.//evil.example/',
  ]) {
    const { status, headers, body } = await auth.get(path)
    expect({ path, status, location: headers.get('location') }).toEqual({ path, status: expect.any(Number), location: null })
    expect(body).not.toMatch(/(href|action|src)="[^"]*evil/)
  }
})

test('names are guessed by the answers: an unknown one and a wrong password differ in nothing, by page and by password grant', async () => {
  const answerTo = async (username: string) => {
    const browser = await atSignIn()
    await signIn(auth, browser, { username, password: 'a wrong password' })
    const { status, headers, body } = browser.page
    const text = body.replaceAll(username, 'NAME').replace(/[\w-]{36,43}/g, 'ID')
    return { status, names: [...headers.keys()], text }
  }
  expect(await answerTo('nobody')).toEqual(await answerTo(alice.username))
  const granted = async (username: string) => {
    const { status, headers, body } = await auth.passwordGrant({ ...alice, username, password: 'a wrong password' })
    return { status, names: [...headers.keys()], body }
  }
  expect(await granted('nobody')).toEqual(await granted(alice.username))
})

test('a password of 20 MB is refused before it is read, and hashed nowhere (RFC 9110 section 15.5.14)', async () => {
  const browser = await atSignIn()
  const status = await new Promise<number | string | undefined>((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 20 * 1024 * 1024 }
    const req = request(browser.page.url, {
      method: 'POST',
      headers: { ...headers, cookie: browser.cookies.header(new URL(auth.url)) ?? '' },
    })
    req.on('response', (res) => resolve(res.resume().statusCode)).on('error', reject)
    req.write('username=Alice&password=')
    req.write('x'.repeat(1024))
    setTimeout(() => resolve('it waits for all of it'), 3000).unref()
  })
  expect(status).toBe(413)
  const chunked = await fetch(browser.page.url, {
    method: 'POST',
    body: new URLSearchParams({ password: 'x'.repeat(70_000) }),
    headers: { cookie: browser.cookies.header(new URL(auth.url)) ?? '' },
  })
  expect(chunked.status).toBe(413)
})

test('a password does not end at a NUL, nor after 72 bytes, and is compared as typed', async () => {
  const long = { ...bob, sub: 'sub-long', username: 'long', password: `${'long '.repeat(20)}end` }
  await auth.addPerson(long)
  const almost = [
    `${long.password}\0`,
    `${long.password}\0x`,
    long.password.slice(0, 72),
    `${long.password} `,
    long.password.toUpperCase(),
    '',
  ]
  for (const password of almost) {
    const { status, body } = await auth.passwordGrant({ ...long, password })
    expect({ password, status, body }).toMatchObject({ password, status: 400, body: { error: expect.any(String) } })
  }
  expect(await auth.passwordGrant(long)).toMatchObject({ status: 200 })
})

test('a name of odd Unicode is nobody, never somebody else and never a failure of ours', async () => {
  const odd = [
    'Alice\0',
    'Al\0ice',
    'Alice\u200b',
    'Alice\u202e',
    '\ufeffAlice\u2060',
    'Аlice',
    'Alice\u0301',
    '\u{1F600}',
    'a'.repeat(60_000),
    '__proto__',
    'constructor',
  ]
  for (const username of odd) {
    const { status, body } = await auth.passwordGrant({ ...alice, username })
    expect({ username, status, error: body.error }).toEqual({ username, status: 400, error: 'invalid_grant' })
  }
  const broken = ['%ED%A0%80', '%C0%80', '%FF', 'Alice%'] // a lone surrogate, an overlong NUL, no UTF-8, half an escape
  for (const username of broken) {
    const form = `grant_type=password&client_id=mobile-app&username=${username}&password=${encodeURIComponent(alice.password)}`
    expect({ username, ...(await auth.post('/oauth2/token', form)) }).toMatchObject({
      username,
      status: 400,
      body: { error: 'invalid_request' },
    })
  }
})

test('the page of an interaction is opened in another browser: it shows nothing and takes nothing', async () => {
  const victim = await atSignIn()
  const { url } = victim.page
  const csrf = fieldsOf(victim, 'password')['csrf'] ?? ''
  const member = (await auth.approve(bob, { client: projectCenter, scope: 'openid' })).browser
  for (const browser of [createBrowser(), await atSignIn(), member]) {
    for (const address of [url, url.replace('sign-in', 'consent'), url.replace('/sign-in', '')]) {
      expect(await browser.get(address)).toMatchObject({
        status: 403,
        location: undefined,
        body: expect.not.stringContaining('csrf'),
      })
      expect(await browser.post(url, { csrf, ...fieldsOfAlice })).toMatchObject({ status: 403, location: undefined })
    }
  }
})
const fieldsOfAlice = { username: alice.username, password: alice.password }
