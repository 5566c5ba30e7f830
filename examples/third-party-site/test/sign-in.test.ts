import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type FakeMenshen, startFakeMenshen } from './fake-menshen.ts'
import { type Site, startSite } from './site.ts'

let menshen: FakeMenshen
let site: Site

beforeAll(async () => {
  menshen = await startFakeMenshen()
})
afterAll(() => menshen.stop())
beforeEach(async () => {
  site = await startSite(menshen.address)
  menshen.asked.length = 0
  Object.assign(menshen.behaviour, { expires_in: 600, summary: 200, denies: undefined, iss: undefined, down: false })
})
afterEach(() => site.stop())

test('signing in shows the name, escaped, and the numbers', async () => {
  const browser = site.browser()
  await browser.signIn()
  const { status, body } = await browser.get('/')
  expect(status).toBe(200)
  expect(body).toContain('Hello, Alice &lt;3')
  expect(body).toContain('<dd>42</dd>')
  expect(body).toContain('<dd>20 h 34 min</dd>')
})

test('a sign-in asks with state, nonce and PKCE, for what the site needs (RFC 9700 section 2.1.1)', async () => {
  const { status, location } = await site.browser().get('/login')
  const params = Object.fromEntries(new URL(location).searchParams)
  expect(status).toBe(303)
  expect(params).toMatchObject({
    response_type: 'code',
    client_id: 'learntrack',
    redirect_uri: `${site.baseUrl}/callback`,
    scope: 'openid profile learning:read',
    code_challenge_method: 'S256',
  })
  for (const name of ['state', 'nonce', 'code_challenge']) expect(params[name]).toHaveLength(43)
})

test('a sign-in that another site starts ends on the home page', async () => {
  const { status, location, cookie } = await site.browser().get('/login', { 'sec-fetch-site': 'cross-site' })
  expect([status, location, cookie]).toEqual([303, '/', ''])
})

test('the cookie is out of reach of scripts and other sites, and new after the sign-in', async () => {
  const browser = site.browser()
  const start = await browser.get('/login')
  expect(start.cookie).toMatch(/^third_party_site=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  const { location } = await browser.get(start.location)
  const end = await browser.get(location)
  expect(end.cookie).toMatch(/HttpOnly; SameSite=Lax$/)
  expect(end.cookie).not.toBe(start.cookie)
})

test('behind https the cookie is Secure, whatever the connection to this process is', async () => {
  const secured = await startSite(menshen.address, { baseUrl: 'https://learn.example' })
  expect((await secured.browser().get('/login')).cookie).toMatch(/; Secure$/)
  await secured.stop()
})

test('a callback that nobody started is refused with a page (RFC 6749 section 10.12)', async () => {
  for (const query of ['?code=stolen&state=foreign', '', '?state=foreign&error=access_denied', '?state=__proto__']) {
    const { status, body, cookie } = await site.browser().get(`/callback${query}`)
    expect(status).toBe(400)
    expect(body).toContain('Please start again')
    expect(cookie).toBe('')
  }
})

test('attack: a code for the attacker, put into the browser of somebody else, signs nobody in and burns nothing', async () => {
  const [attacker, victim] = [site.browser(), site.browser()]
  const { location: back } = await attacker.get((await attacker.get('/login')).location)
  await victim.get('/login')
  expect((await victim.get(back)).status).toBe(400)
  expect(menshen.asked).toEqual([])
  expect((await attacker.get(back)).status).toBe(303)
})

test('an answer that names another issuer is refused (RFC 9207 section 2.4)', async () => {
  menshen.behaviour.iss = 'https://evil.example'
  const browser = site.browser()
  const { location: back } = await browser.get((await browser.get('/login')).location)
  expect((await browser.get(back)).status).toBe(400)
  expect(menshen.asked).toEqual([])
})

test('a callback that comes twice, at once or later, is one sign-in', async () => {
  const browser = site.browser()
  const { location: back } = await browser.get((await browser.get('/login')).location)
  const answers = await Promise.all([browser.get(back), browser.get(back)])
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  expect(answers[0]?.cookie).toBe(answers[1]?.cookie)
  expect(await browser.get(back)).toMatchObject({ status: 303, location: '/' })
  expect(menshen.asked).toEqual(['authorization_code'])
})

test('who refuses at the login gets a kind page', async () => {
  menshen.behaviour.denies = 'access_denied'
  const browser = site.browser()
  const { location: back } = await browser.get((await browser.get('/login')).location)
  const { status, body } = await browser.get(back)
  expect(status).toBe(200)
  expect(body).toContain('Nothing was shared with LearnTrack')
})

test.each([
  ['temporarily_unavailable', 503, 'try again in a minute'],
  ['login_required', 400, 'Please start again'],
  ['unauthorized_client', 502, 'unauthorized_client'],
  ['<script>', 502, '?script?'],
])('the error %s is told with what to do', async (error, status, told) => {
  menshen.behaviour.denies = error
  const browser = site.browser()
  const { location: back } = await browser.get((await browser.get('/login')).location)
  const answer = await browser.get(back)
  expect(answer.status).toBe(status)
  expect(answer.body).toContain(told)
  expect(answer.body).not.toContain('<script>')
})

test('a sign-in in a second tab does not end the one in the first', async () => {
  const browser = site.browser()
  const first = await browser.get('/login')
  await browser.get('/login')
  const { location: back } = await browser.get(first.location)
  expect(await browser.get(back)).toMatchObject({ status: 303, location: '/' })
})
