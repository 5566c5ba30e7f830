import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type FakeMenshen, startFakeMenshen } from './fake-menshen.ts'
import { type Site, startSite } from './site.ts'

const minute = 60_000

let menshen: FakeMenshen
let site: Site

beforeAll(async () => {
  menshen = await startFakeMenshen()
})
afterAll(() => menshen.stop())
beforeEach(async () => {
  site = await startSite(menshen.address)
  menshen.asked.length = 0
  menshen.revoked.length = 0
  Object.assign(menshen.behaviour, { expires_in: 600, summary: 200, denies: undefined, iss: undefined, down: false })
})
afterEach(() => site.stop())

test('an expired access token is refreshed once, however many wait for it (RFC 9700 section 4.14)', async () => {
  const browser = site.browser()
  await browser.signIn()
  site.pass(11 * minute)
  const answers = await Promise.all([1, 2, 3].map(() => browser.get('/')))
  expect(answers.map(({ body }) => body.includes('<dd>42</dd>'))).toEqual([true, true, true])
  expect(menshen.asked.filter((asked) => asked === 'refresh_token')).toHaveLength(1)
  expect(menshen.asked.at(-1)).toBe('summary Bearer access-2')
})

test('when the API says 401 the person is asked to sign in again, and is signed out here', async () => {
  const browser = site.browser()
  await browser.signIn()
  menshen.behaviour.summary = 401
  expect((await browser.get('/')).body).toContain('Please sign in again')
  menshen.behaviour.summary = 200
  expect((await browser.get('/')).body).not.toContain('<dd>42</dd>')
})

test.each([
  [403, 'You did not allow LearnTrack to read your learning'],
  [500, 'can’t be fetched right now'],
])('when the API says %i the person stays signed in and is told', async (status, told) => {
  const browser = site.browser()
  await browser.signIn()
  menshen.behaviour.summary = status
  const { body } = await browser.get('/')
  expect(body).toContain(told)
  expect(body).toContain('action="/logout"')
})

test('signing out ends the session and gives the token back (RFC 7009)', async () => {
  const browser = site.browser()
  await browser.signIn()
  const { status, cookie } = await browser.post('/logout', { origin: site.baseUrl })
  expect(status).toBe(303)
  expect(cookie).toContain('Max-Age=0')
  expect(menshen.revoked).toHaveLength(1)
  expect((await browser.get('/')).body).toContain('Sign in with Menshen')
})

test.each([['https://evil.example'], ['null'], ['']])('attack: a sign-out sent from "%s" is refused', async (origin) => {
  const browser = site.browser()
  await browser.signIn()
  expect((await browser.post('/logout', origin === '' ? {} : { origin })).status).toBe(403)
  expect((await browser.get('/')).body).toContain('<dd>42</dd>')
})

test('a session ends after eight hours', async () => {
  const browser = site.browser()
  await browser.signIn()
  site.pass(8 * 60 * minute)
  expect((await browser.get('/')).body).toContain('Sign in with Menshen')
})
