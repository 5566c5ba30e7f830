import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type FakeMenshen, startFakeMenshen } from './fake-menshen.ts'
import { type Site, type SiteBrowser, startSite } from './site.ts'

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

/** Starts a sign-in and gives the callback's address, not yet visited. */
async function comeBack(browser: SiteBrowser): Promise<string> {
  const { location = '' } = await browser.get(`${site.baseUrl}/login`)
  return (await browser.get(location)).location ?? ''
}

test('signing in shows the name, escaped, and the numbers', async () => {
  const browser = site.browser()
  await browser.signIn()
  const { status, body } = browser.page
  expect(status).toBe(200)
  expect(body).toContain('Hello, Alice &lt;3')
  for (const number of ['42', '17', '20 h 34 min', '5 days']) expect(body).toContain(`<dd>${number}</dd>`)
})

test('the site asks for what it needs, in the language of its pages', async () => {
  const { location = '' } = await site.browser().get(`${site.baseUrl}/login`, { 'accept-language': 'zh-CN' })
  expect(Object.fromEntries(new URL(location).searchParams)).toMatchObject({
    client_id: 'learntrack',
    redirect_uri: `${site.baseUrl}/callback`,
    scope: 'openid profile learning:read',
    ui_locales: 'zh-CN',
  })
})

test('a callback that nobody started, or that comes from another issuer, is a page that says what to do', async () => {
  menshen.behaviour.iss = 'https://evil.example'
  const browser = site.browser()
  for (const address of [`${site.baseUrl}/callback?code=stolen&state=foreign`, await comeBack(browser)]) {
    const { status, body } = await browser.get(address)
    expect(status).toBe(400)
    expect(body).toContain('Please start again')
  }
  expect(menshen.asked).toEqual([])
})

test('who refuses at the login gets a kind page', async () => {
  menshen.behaviour.denies = 'access_denied'
  const browser = site.browser()
  await browser.signIn()
  const { status, body } = browser.page
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
  const answer = await browser.get(await comeBack(browser))
  expect(answer.status).toBe(status)
  expect(answer.body).toContain(told)
  expect(answer.body).not.toContain('<script>')
})
