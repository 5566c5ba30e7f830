import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { readOptions } from '../src/options.ts'
import { type FakeMenshen, startFakeMenshen } from './fake-menshen.ts'
import { type Site, type SiteBrowser, startSite } from './site.ts'

let menshen: FakeMenshen
let site: Site

beforeAll(async () => {
  menshen = await startFakeMenshen()
  site = await startSite(menshen.address)
})
afterAll(async () => {
  await site.stop()
  await menshen.stop()
})
beforeEach(() => {
  menshen.asked.length = 0
})

const rowsIn = ({ page }: SiteBrowser) =>
  Object.fromEntries([...page.body.matchAll(/<dt>([^<]+)<\/dt><dd>([^<]*)<\/dd>/g)].map(([, name, value]) => [name, value]))
/** Said of a code that was not traded here: it may be another app's. */
const stillGood = 'it is still good'
async function begun(): Promise<{ browser: SiteBrowser; state: string }> {
  const browser = site.browser()
  await browser.get(`${site.baseUrl}/test/begin`)
  return { browser, state: new URL(browser.page.location ?? '').searchParams.get('state') ?? '' }
}

test('it begins as the notes write it, with a state that nobody can guess', async () => {
  const { browser, state } = await begun()
  const { origin, pathname, searchParams } = new URL(browser.page.location ?? '')
  expect([origin, pathname]).toEqual([menshen.address, '/oauth2/authorize'])
  expect(Object.fromEntries(searchParams)).toEqual({
    client_id: 'the app of the notes',
    response_type: 'code',
    redirect_uri: `${site.baseUrl}/test`,
    scope: 'snsapi_login',
    state: expect.stringMatching(/^[\w-]{22}$/),
  })
  expect((await begun()).state).not.toBe(state)
})

test('what comes back is shown and traded from server to server; of tokens the page has the outline only', async () => {
  const { browser, state } = await begun()
  await browser.get(`${site.baseUrl}/test?code=good&state=${state}`)
  expect(browser.page.body).toContain('The state is the one that this browser began with')
  expect(rowsIn(browser)).toEqual({
    code: 'good',
    state,
    access_token: 'the ac… (29)',
    refresh_token: 'the re… (30)',
    openid: 'a12',
    scope: 'user_info',
    expires_in: '7200',
  })
  expect(menshen.asked).toEqual([
    `access_token client_id=the app of the notes&client_secret=its secret&grant_type=authorization_code&redirect_uri=${site.baseUrl}/test&code=good`,
  ])
  expect(browser.page.body).not.toContain('of the notes&')
  expect(browser.page.body).not.toContain(stillGood)
})

test('a code that another browser asked for is not used: a state from elsewhere, none where one was given, one used before', async () => {
  const foreign = 'This browser did not begin with this state'
  const { state } = await begun()
  const { browser: withoutState } = await begun()
  const { browser: twice, state: once } = await begun()
  await twice.get(`${site.baseUrl}/test?state=${once}`)
  const pages = [
    await site.browser().get(`${site.baseUrl}/test?code=good&state=${state}`),
    await withoutState.get(`${site.baseUrl}/test?code=good`),
    await twice.get(`${site.baseUrl}/test?code=good&state=${once}`),
  ]
  for (const { status, body } of pages)
    expect([status, body.includes(foreign), body.includes(stillGood)]).toEqual([200, true, true])
  expect(menshen.asked).toEqual([])
})

test('the address of the notes without a state is traded, and the page says that nobody checked', async () => {
  const browser = site.browser()
  await browser.get(`${site.baseUrl}/test?code=good`)
  expect(browser.page.body).toContain('No state came, so nobody checked')
  expect(rowsIn(browser)).toMatchObject({ openid: 'a12' })
})

test('a refusal is shown in the words of the server, and nothing that came is markup', async () => {
  const browser = site.browser()
  await browser.get(`${site.baseUrl}/test?code=bad&x=${encodeURIComponent('<script>alert(1)</script>')}`)
  expect(rowsIn(browser)).toMatchObject({ errcode: '4002', msg: '授权码无效', x: '&lt;script&gt;alert(1)&lt;/script&gt;' })
  expect(browser.page.body).toContain(stillGood)
  expect(browser.page.body).not.toContain('<script>')
})

test('nothing came: the page offers to begin; a HEAD uses no code up', async () => {
  const browser = site.browser()
  await browser.get(`${site.baseUrl}/test`)
  expect(browser.page.body).toContain('href="/test/begin"')
  await fetch(`${site.baseUrl}/test?code=good`, { method: 'HEAD' })
  expect(menshen.asked).toEqual([])
})

test('the app of the notes is named by both variables, or there is none', () => {
  const env = { CLIENT_SECRET: 'a secret' }
  expect(readOptions(env).noteClient).toBeUndefined()
  expect(readOptions({ ...env, TEST_CLIENT_ID: 'an id' }).noteClient).toBeUndefined()
  expect(readOptions({ ...env, TEST_CLIENT_ID: 'an id', TEST_CLIENT_SECRET: 'its secret' }).noteClient).toEqual({
    clientId: 'an id',
    clientSecret: 'its secret',
  })
})
