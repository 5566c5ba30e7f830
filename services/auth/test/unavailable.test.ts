import { expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { atSignIn } from './support/pages.ts'
import { alice, bookshop } from './support/people.ts'
import { startAuth } from './support/start-auth.ts'

test('while the database is away a program is told so, and when to come again (RFC 6749 section 5.2)', async () => {
  const auth = await startAuth()
  auth.database.away = true
  const answer = await auth.passwordGrant(alice)
  expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
  expect(answer.headers.get('retry-after')).toBe('2')
  auth.database.away = false
  expect(await auth.passwordGrant(alice)).toMatchObject({ status: 200 })
})

test('while the database is away a person sees a calm page in their language, and goes on where they were', async () => {
  const auth = await startAuth()
  const browser = await atSignIn(auth)
  const { url } = browser.page
  auth.database.away = true
  await browser.submit({ username: alice.username, password: alice.password }, 'password')
  expect(browser.page.status).toBe(503)
  expect(browser.page.headers.get('retry-after')).toBe('2')
  expect(browser.page.body).toContain('Not available right now')
  await browser.get(url, { 'accept-language': 'zh-CN' })
  expect(browser.page).toMatchObject({ status: 503, body: expect.stringContaining('暂时无法使用') })

  auth.database.away = false
  await browser.get(url)
  expect(browser.page.status).toBe(200)
})

test('an authorization request is not sent back to the app with an error while the database is away', async () => {
  const auth = await startAuth()
  auth.database.away = true
  const browser = createBrowser()
  await browser.get(auth.authorizeUrl(bookshop))
  expect(browser.page).toMatchObject({ status: 503, location: undefined })
})
