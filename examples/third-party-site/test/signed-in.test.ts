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
  menshen.revoked.length = 0
  Object.assign(menshen.behaviour, { expires_in: 600, summary: 200, denies: undefined, iss: undefined, down: false })
})
afterEach(() => site.stop())

test('when the API says 401 the person is asked to sign in again, and is signed out here', async () => {
  const browser = site.browser()
  await browser.signIn()
  menshen.behaviour.summary = 401
  expect((await browser.get(site.baseUrl)).body).toContain('Please sign in again')
  menshen.behaviour.summary = 200
  expect((await browser.get(site.baseUrl)).body).not.toContain('<dd>42</dd>')
})

test.each([
  [403, 'You did not allow LearnTrack to read your learning'],
  [500, 'can’t be fetched right now'],
])('when the API says %i the person stays signed in and is told', async (status, told) => {
  const browser = site.browser()
  await browser.signIn()
  menshen.behaviour.summary = status
  const { body } = await browser.get(site.baseUrl)
  expect(body).toContain(told)
  expect(body).toContain('action="/logout"')
})

test('signing out ends the session and gives the token back, and stays on the site (RFC 7009)', async () => {
  const browser = site.browser()
  await browser.signIn()
  await browser.submit({}, 'action="/logout"')
  expect((await browser.follow()).body).toContain('Sign in with Menshen')
  expect(browser.page.url).toBe(`${site.baseUrl}/`)
  expect(menshen.revoked).toHaveLength(1)
})
