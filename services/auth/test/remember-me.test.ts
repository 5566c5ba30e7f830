import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { createApp } from '../src/app.ts'
import { loadAuthConfig } from '../src/config.ts'
import { createDeps } from '../src/deps.ts'
import { callback } from './support/pages.ts'
import { alice, bob, projectCenter } from './support/people.ts'
import { secretsKey, startAuth, type TestAuth } from './support/start-auth.ts'

const day = 86_400_000

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

async function signIn(browser: Browser, { username, password }: typeof alice, remember: boolean): Promise<string[]> {
  await browser.get(`${auth.url}/sign-in?account=other`)
  await browser.submit({ username, password, ...(remember && { remember: 'on' }) }, 'password')
  expect(browser.page).toMatchObject({ status: 303, location: `${auth.url}/` })
  return browser.page.headers.getSetCookie()
}

/** Whether an app's request is answered without a page. */
async function signsOn(browser: Browser): Promise<boolean> {
  await browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid' }))
  return browser.page.location?.startsWith(callback) ?? false
}

/** Closing a browser takes the cookies that have no end of their own. */
const closed = (browser: Browser, kept: 'menshen_remembered' | 'none'): Browser => {
  const value = browser.cookies.get(kept)
  const again = createBrowser()
  again.cookies.store(new URL(auth.url), new Headers(value ? { 'set-cookie': `${kept}=${value}; path=/` } : {}))
  return again
}

test('without "keep me signed in" the cookie ends with the browser, and single sign-on 8 hours after its last use', async () => {
  const browser = createBrowser()
  const cookies = await signIn(browser, alice, false)
  const [cookie = ''] = cookies.filter((line) => /^menshen_(session|remembered)=/.test(line))
  expect(cookie).toMatch(/^menshen_session=[\w-]{43}; path=\/; samesite=lax; httponly$/)
  expect(await signsOn(closed(browser, 'menshen_remembered'))).toBe(false)
  auth.clock.advance(7.9 * 3_600_000)
  expect(await signsOn(browser)).toBe(true)
  auth.clock.advance(8.1 * 3_600_000)
  expect(await signsOn(browser)).toBe(false)
})

test('with it the cookie is kept, HttpOnly, and single sign-on lasts 30 days unused', async () => {
  const browser = createBrowser()
  const cookies = await signIn(browser, alice, true)
  const [cookie = ''] = cookies.filter((line) => /^menshen_(session|remembered)=/.test(line))
  expect(cookie).toMatch(/^menshen_remembered=[\w-]{43}; path=\/; expires=[^;]+; samesite=lax; httponly$/)
  const days = (Date.parse(/expires=([^;]+)/.exec(cookie)?.[1] ?? '') - Date.now()) / day
  expect(Math.round(days)).toBe(180)
  expect(await signsOn(closed(browser, 'menshen_remembered'))).toBe(true)
  auth.clock.advance(29 * day)
  expect(await signsOn(browser)).toBe(true)
  auth.clock.advance(29 * day)
  expect(await signsOn(browser)).toBe(true)
  auth.clock.advance(31 * day)
  expect(await signsOn(browser)).toBe(false)
})

test('and 180 days in all, however often it is used', async () => {
  const browser = createBrowser()
  await signIn(browser, alice, true)
  for (let days = 0; days < 175; days += 25) {
    expect([days, await signsOn(browser)]).toEqual([days, true])
    auth.clock.advance(25 * day)
  }
  expect(await signsOn(browser)).toBe(true)
  auth.clock.advance(6 * day)
  expect(await signsOn(browser)).toBe(false)
})

test('of two people in one browser each stays as long as they wanted', async () => {
  const browser = createBrowser()
  await signIn(browser, alice, true)
  await signIn(browser, bob, false)
  const page = (await browser.get(`${auth.url}/`)).body
  expect([page.includes('Alice Liu'), page.includes('Bob')]).toEqual([true, true])
  const again = (await closed(browser, 'menshen_remembered').get(`${auth.url}/`)).body
  expect([again.includes('Alice Liu'), again.includes('Bob')]).toEqual([true, false])
})

test('who signs in again without it is forgotten with the browser', async () => {
  const browser = createBrowser()
  await signIn(browser, alice, true)
  await signIn(browser, alice, false)
  expect(await signsOn(browser)).toBe(true)
  expect(await signsOn(closed(browser, 'menshen_remembered'))).toBe(false)
})

test('every sign-in brings a new cookie, so that none planted before is worth anything', async () => {
  const browser = createBrowser()
  await signIn(browser, alice, true)
  const before = closed(browser, 'menshen_remembered')
  await signIn(browser, alice, true)
  expect([await signsOn(before), await signsOn(browser)]).toEqual([false, true])
})

test('behind https the kept cookie has __Host- and Secure, too', async () => {
  const config = loadAuthConfig({ ISSUER: 'https://login.example', SECRETS_KEY: secretsKey })
  const deps = await createDeps(config, { ...auth.deps, bus: auth.bus, database: auth.database })
  const { listen } = await import('@menshen/shared/testing/http')
  const server = await listen(createApp(deps))
  const browser = createBrowser()
  await browser.get(`${server.url}/sign-in`)
  await browser.submit({ username: alice.username, password: alice.password, remember: 'on' }, 'password')
  const cookies = browser.page.headers.getSetCookie().filter((line) => line.includes('remembered'))
  expect(cookies).toEqual([expect.stringMatching(/^__Host-menshen_remembered=.*; path=\/; .*; secure; httponly$/)])
  await server.close()
})

test('the box is not ticked for anybody, and stays ticked after a wrong password', async () => {
  const browser = createBrowser()
  expect((await browser.get(`${auth.url}/sign-in`)).body).not.toContain('checked')
  await browser.submit({ username: 'alice', password: 'wrong', remember: 'on' }, 'password')
  expect(browser.page.status).toBe(400)
  expect(browser.page.body).toMatch(/<input id="remember"[^>]* checked>/)
})
