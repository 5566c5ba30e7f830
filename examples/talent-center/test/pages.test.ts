import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { users } from '../../../services/auth/src/stores/users.ts'
import { alice } from '../../../services/auth/test/support/people.ts'
import { startTalentCenter, type TalentCenter } from './start-talent-center.ts'

let center: TalentCenter
beforeAll(async () => {
  center = await startTalentCenter()
}, 30_000)
afterAll(() => center.close())
afterEach(() => center.apis.failing.clear())

test('the login is asked without a page before a sign-in button is shown', async () => {
  const browser = createBrowser()
  const { location } = await browser.get(center.url)
  expect(location).toContain('prompt=none')
  const { url, status, body } = await browser.follow()
  expect([url, status]).toEqual([`${center.url}/`, 200])
  expect(body).toContain('href="/login"')
})

test('who is signed in at the login enters without any page', async () => {
  const browser = createBrowser()
  await browser.get(`${center.auth.url}/sign-in`)
  await browser.submit({ username: alice.username, password: alice.password }, 'password')
  await browser.get(center.url)
  const { url, body } = await browser.follow()
  expect(url).toBe(`${center.url}/`)
  expect(body).toContain('Hello, Alice Liu')
})

test('the overview has the profile, the numbers and where to carry on', async () => {
  const { body } = (await center.signIn('/login')).page
  for (const told of ['Designer', '>14<', '10\u00a0h\u00a08\u00a0min', '1 day<', 'Interaction design', 'Next: Mental models'])
    expect(body).toContain(told)
})

test.each([
  ['/users/me', 'Next: Mental models'],
  ['/v1/learning/summary', 'Designer'],
  ['/v1/learning/history', 'Designer'],
])('when %s does not answer, the rest of the overview stays', async (path, stays) => {
  const browser = await center.signIn('/profile')
  center.apis.failing.set(path, 503)
  const { status, body } = await browser.get(center.url)
  expect(status).toBe(200)
  expect(body).toContain(stays)
  expect(body).toContain('This can’t be fetched right now')
})

test('who has begun nothing is shown the courses', async () => {
  const begun = center.apis.history.splice(0)
  const { body } = (await center.signIn('/login')).page
  center.apis.history.push(...begun)
  expect(body).toContain('Nothing begun yet')
})

test('a course shows each lesson and how far the person has come', async () => {
  const { body } = (await center.signIn('/learning/design')).page
  for (const told of ['1 of 2 finished', 'Finished on Sunday, March 1, 2026', 'Stopped at 1:35', 'For beginners'])
    expect(body).toContain(told)
})

test('the history stands under the days of the person’s own time zone', async () => {
  await center.auth.database
    .collection(users)
    .update({ sub: alice.sub }, { set: { claims: { ...alice.claims, zoneinfo: 'Asia/Shanghai' } } })
  const { body } = (await center.signIn('/learning/history')).page
  expect(body).toContain('Monday, March 2, 2026')
  expect(body).toContain('/learning/history?cursor=a%20b%26c')
})

test.each([
  ['/learning/nothing', 404, 'There is no such page'],
  ['/nothing', 404, 'There is no such page'],
  ['/callback?state=foreign', 400, 'no longer valid'],
])('%s is a page that says what to do', async (path, status, told) => {
  const browser = await center.signIn('/profile')
  const page = await browser.get(`${center.url}${path}`)
  expect([page.status, page.body.includes(told)]).toEqual([status, true])
  expect(page.body).not.toMatch(/node_modules|\.ts:\d/)
})

test('an API that can’t be reached is a page of its own, and the reason goes to the log', async () => {
  const browser = await center.signIn('/profile')
  center.apis.failing.set('/users/me', 500)
  expect((await browser.get(`${center.url}/profile`)).status).toBe(503)
  expect(center.log.join('\n')).toContain('/users/me answered 500')
})

test('a language that was chosen stays, and the login speaks it too', async () => {
  const browser = createBrowser()
  await browser.get(`${center.url}/?lang=zh-CN`)
  expect((await browser.follow()).body).toContain('使用门神登录')
  expect((await browser.get(`${center.url}/login`)).location).toContain('ui_locales=zh-CN')
})

test('no script runs, no page is kept or framed, and forms lead to the talent centre or the login alone', async () => {
  const browser = await center.signIn('/profile')
  for (const path of ['/', '/profile/edit', '/learning', '/nothing']) {
    const { headers, body } = await browser.get(`${center.url}${path}`)
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; style-src 'self'")
    expect(policy).toContain(`form-action 'self' ${center.auth.url};`)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).not.toMatch(/<script|style="|<style|onclick/)
  }
})

test('signing out leads through the login, and the next look does not sign in again', async () => {
  const browser = await center.signIn('/profile')
  await browser.submit({}, 'action="/logout"')
  await browser.get(center.url)
  expect((await browser.follow()).body).toContain('href="/login"')
})
