import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createFakeClock } from '@menshen/shared/testing/fake-clock'
import { demo } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { startTestSuite } from '../support/suite.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const pictures = process.env['PICTURES']
const passwords = Object.fromEntries(demo.users.map(({ username, password }) => [username, password]))
const lifetime = 600_000
const chromeOnAndroid =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36'

;(hasChromium() ? describe : describe.skip)('the mobile app in Chromium (skipped without /usr/bin/chromium)', () => {
  const clock = createFakeClock()
  let suite: Suite
  let browser: Browser
  beforeAll(async () => {
    suite = await startTestSuite('sqlite::memory:', {
      clock,
      env: { SIGN_IN_FREE_FAILURES: '2', SIGN_IN_FIRST_WAIT: '20' },
    })
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await suite.stop()
  })
  beforeEach(() => clock.advance(3_600_000)) // what was counted before is forgotten

  /** A phone, in whose browser nothing may go wrong unseen. Its clock is that of the suite when it begins. */
  async function newPhone(options: Parameters<Browser['newContext']>[0] = {}): Promise<Phone> {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 390, height: 844 }, ...options })
    await context.clock.install({ time: clock.now() })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(suite.addresses.mobileApp)
    return { context, page, complaints }
  }
  interface Phone {
    context: BrowserContext
    page: Page
    complaints: string[]
  }

  async function pass(page: Page, milliseconds: number): Promise<void> {
    clock.advance(milliseconds)
    await page.clock.fastForward(milliseconds)
  }
  async function typeIn(page: Page, username: string, password = passwords[username] ?? ''): Promise<void> {
    await page.getByLabel('User name').fill(username)
    await page.locator('#password').fill(password)
    await page.locator('#password').press('Enter')
  }
  async function signedIn(options?: Parameters<Browser['newContext']>[0], username = 'alice'): Promise<Phone> {
    const phone = await newPhone(options)
    await typeIn(phone.page, username)
    await phone.page.getByRole('heading', { name: 'Website redesign' }).waitFor()
    return phone
  }
  const says = (page: Page, text: string) => page.getByText(text).first().waitFor()
  /** The grants that auth is asked for. */
  function grantsOf(page: Page): string[] {
    const seen: string[] = []
    page.on('request', (request) => {
      const { grant_type } = Object.fromEntries(new URLSearchParams(request.postData() ?? ''))
      if (grant_type !== undefined) seen.push(grant_type)
    })
    return seen
  }
  const refreshWith = (refresh_token: string) =>
    fetch(`${suite.addresses.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'mobile-app', refresh_token }),
    }).then((answer) => answer.json() as Promise<Record<string, unknown>>)
  /** The refresh token that the next refresh uses, kept aside. */
  async function nextRefreshToken(page: Page): Promise<string> {
    const asked = page.waitForRequest((request) => request.postData()?.includes('grant_type=refresh_token') ?? false)
    await pass(page, lifetime)
    await page.getByRole('button', { name: 'Refresh' }).first().click()
    return new URLSearchParams((await asked).postData() ?? '').get('refresh_token') ?? ''
  }

  test('a person signs in, finds projects, learning and profile, and still is after a reload', async () => {
    const { context, page, complaints } = await signedIn()
    await page.getByRole('link', { name: 'Learning' }).click()
    await says(page, 'lessons finished')
    await page.getByRole('link', { name: 'Profile' }).click()
    await says(page, 'alice@menshen.example')
    await page.goBack()
    await says(page, 'lessons finished')
    await page.reload()
    await page.getByRole('heading', { name: 'Website redesign' }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  }, 60_000)

  test('a wrong password is said kindly; what was typed stays, and can be looked at', async () => {
    const { context, page } = await newPhone()
    await typeIn(page, 'alice', 'wrong')
    await says(page, 'The user name or the password is not right')
    expect(await page.getByLabel('User name').inputValue()).toBe('alice')
    await page.getByLabel('Show the password').check()
    expect(await page.locator('#password').getAttribute('type')).toBe('text')
    await typeIn(page, 'alice')
    await page.getByRole('heading', { name: 'Website redesign' }).waitFor()
    expect(await page.locator('#password').inputValue()).toBe('')
    expect(await page.locator('#password').getAttribute('type')).toBe('password')
    await context.close()
  }, 60_000)

  test('after too many tries the app says how long to wait, counts down, and goes on', async () => {
    const { context, page } = await newPhone()
    for (let i = 0; i < 2; i++) {
      await typeIn(page, 'bob', 'wrong')
      await says(page, 'The user name or the password is not right')
    }
    const grants = grantsOf(page)
    await typeIn(page, 'bob')
    await says(page, 'You can go on in 20 seconds')
    await page.locator('#password').press('Enter') // does nothing
    await pass(page, 15_000)
    await page.getByRole('button', { name: /Please wait [1-5] second/ }).waitFor()
    await pass(page, 6000)
    await says(page, 'You can try again now')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Website redesign' }).waitFor()
    expect(grants).toEqual(['password', 'password'])
    await context.close()
  }, 60_000)

  test('a network that is lost in the middle of a refresh is shown, and the app goes on with the same sign-in', async () => {
    const { context, page } = await signedIn()
    await page.route('**/oauth2/token', async (route) => {
      await route.fetch() // auth has rotated the refresh token, and nobody hears of it
      await context.setOffline(true)
      await route.abort('connectionreset')
    })
    await pass(page, lifetime)
    await page.getByRole('button', { name: 'Refresh' }).first().click()
    await says(page, 'No connection. It goes on by itself.')
    expect(await page.getByRole('heading', { name: 'Website redesign' }).isVisible()).toBe(true)
    await page.unroute('**/oauth2/token')
    const grants = grantsOf(page)
    await context.setOffline(false)
    await page.locator('#strip').waitFor({ state: 'hidden' })
    await page.locator('#projects-content[aria-busy=false]').waitFor()
    expect(new Set(grants)).toEqual(new Set(['refresh_token']))
    await pass(page, lifetime)
    await page.getByRole('button', { name: 'Refresh' }).first().click()
    await page.locator('#projects-content[aria-busy=false]').waitFor()
    expect(await page.getByLabel('User name').isVisible()).toBe(false)
    await context.close()
  }, 60_000)

  test('an app that can not start says so', async () => {
    const { context, page } = await newPhone()
    await page.route('**/config.json', (route) => route.abort())
    await page.reload()
    await says(page, 'The app can’t start.')
    await context.close()
  }, 60_000)

  test('all parts of the app need a new token at once: auth is asked for one', async () => {
    const { context, page } = await signedIn()
    const grants = grantsOf(page)
    await pass(page, lifetime)
    const shown = page.waitForResponse((answer) => answer.url().includes('/learning/history'))
    await page.getByRole('button', { name: 'Refresh' }).first().click()
    await shown
    expect(grants).toEqual(['refresh_token'])
    await context.close()
  }, 60_000)

  test('an API that asks for a break or is away is named, and tried again by itself', async () => {
    const { context, page } = await signedIn()
    let headers: Record<string, string> = { 'retry-after': '9' }
    await page.route('**/projects?*', (route) =>
      route.fulfill({
        status: headers['retry-after'] ? 429 : 503,
        headers: {
          ...headers,
          'access-control-allow-origin': suite.addresses.mobileApp,
          'access-control-expose-headers': 'Retry-After',
        },
      }),
    )
    await page.getByRole('button', { name: 'Refresh' }).first().click()
    await says(page, 'A short break: it goes on by itself in 9 seconds.')
    headers = {}
    await pass(page, 10_000)
    await says(page, 'Projects: no answer right now. Trying again by itself.')
    await page.unroute('**/projects?*')
    await pass(page, 30_000)
    await page.locator('#strip').waitFor({ state: 'hidden' })
    await context.close()
  }, 60_000)

  test('signing out ends the sign-in: what was kept aside is dead, and nothing stays on the phone', async () => {
    const { context, page } = await signedIn()
    const aside = await nextRefreshToken(page)
    await page.getByRole('link', { name: 'Profile' }).click()
    await says(page, 'alice@menshen.example')
    const revoked = page.waitForResponse('**/oauth2/revoke')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await says(page, 'You are signed out.')
    expect((await revoked).status()).toBe(200)
    expect(await refreshWith(aside)).toMatchObject({ error: 'invalid_grant' })
    expect(await page.locator('body').innerText()).not.toContain('alice')
    await page.reload()
    await page.getByLabel('User name').waitFor()
    await page.goBack().catch(() => {})
    expect(await page.locator('body').innerText()).not.toContain('alice')
    await context.close()
  }, 60_000)

  test('signing out without a network is done on the phone at once, and at auth when it is back', async () => {
    const { context, page } = await signedIn()
    await page.getByRole('link', { name: 'Profile' }).click()
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await says(page, 'Menshen is told as soon as there is a connection')
    const revoked = page.waitForResponse('**/oauth2/revoke')
    await context.setOffline(false)
    expect((await revoked).status()).toBe(200)
    await context.close()
  }, 60_000)

  test('a phone that was ended on the account page leads to the form, which says so; the next person sees nothing of the first', async () => {
    const { context, page } = await signedIn({ userAgent: chromeOnAndroid })
    const desk = await (await browser.newContext({ locale: 'en-US' })).newPage()
    await desk.goto(`${suite.addresses.issuer}/account/sessions`)
    await typeIn(desk, 'alice')
    await desk.getByRole('listitem').filter({ hasText: 'Android' }).getByRole('button').click()
    await desk.getByRole('status').waitFor()
    await desk.context().close()

    await pass(page, lifetime)
    await page.getByRole('button', { name: 'Refresh' }).first().click()
    await says(page, 'Your sign-in has ended. Please sign in again.')
    await typeIn(page, 'bob')
    await page.getByRole('heading', { name: 'Website redesign' }).waitFor()
    await page.getByRole('link', { name: 'Profile' }).click()
    await says(page, 'bob@menshen.example')
    expect(await page.content()).not.toContain('alice')
    await context.close()
  }, 60_000)

  test('the password is kept nowhere, and no token can be read on the phone', async () => {
    const { context, page } = await signedIn()
    const token = await nextRefreshToken(page)
    await page.locator('#projects-content[aria-busy=false]').waitFor()
    const kept = await page.evaluate<string>(`(async () => {
      const database = await new Promise((done) => { const o = indexedDB.open('keychain'); o.onsuccess = () => done(o.result) })
      const store = database.transaction('secrets').objectStore('secrets')
      const all = await new Promise((done) => { const r = store.getAll(); r.onsuccess = () => done(r.result) })
      const key = all.find((value) => value instanceof CryptoKey)
      const text = (value) => value instanceof CryptoKey ? 'key ' + value.extractable : new TextDecoder('latin1').decode(value.sealed)
      const exported = await crypto.subtle.exportKey('raw', key).then(() => 'exported', (error) => error.name)
      return JSON.stringify([all.map(text), exported, { ...localStorage }, { ...sessionStorage }, document.cookie])
    })()`)
    expect(kept).toContain('key false')
    expect(kept).toContain('InvalidAccessError')
    expect(kept).not.toContain(token)
    expect(kept).not.toContain('eyJ')
    expect(kept).not.toContain(passwords['alice'] ?? '')
    expect(kept).toMatch(/\{\},\{\},""\]$/)
    await context.close()
  }, 60_000)

  test('a keychain whose key is gone counts as empty: the person signs in again', async () => {
    const { context, page } = await signedIn()
    await page.evaluate(`(async () => {
      const database = await new Promise((done) => { const o = indexedDB.open('keychain'); o.onsuccess = () => done(o.result) })
      const other = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
      const transaction = database.transaction('secrets', 'readwrite')
      transaction.objectStore('secrets').put(other, 'key')
      await new Promise((done) => { transaction.oncomplete = done })
      database.close()
    })()`)
    await page.reload()
    await typeIn(page, 'alice')
    await page.getByRole('heading', { name: 'Website redesign' }).waitFor()
    await context.close()
  }, 60_000)

  test.each([
    ['en-US', 'light'],
    ['zh-CN', 'dark'],
  ] as const)(
    'axe finds nothing and nothing is cut off: %s, %s',
    async (locale, colorScheme) => {
      const { context, page } = await newPhone({ locale, colorScheme, bypassCSP: true })
      const zh = locale === 'zh-CN'
      const look = async (name: string) => {
        expect(await violations(page)).toEqual([])
        for (const width of [320, 390, 1280]) {
          await page.setViewportSize({ width, height: 844 })
          const fits = await page.evaluate('document.documentElement.scrollWidth <= innerWidth')
          expect([name, width, fits]).toEqual([name, width, true])
          if (pictures)
            await page.screenshot({ path: `${pictures}/mobile-${name}-${locale.slice(0, 2)}-${colorScheme}-${width}.png` })
        }
        await page.setViewportSize({ width: 390, height: 844 })
      }
      const enter = async (password: string) => {
        await page.locator('#username').fill('alice')
        await page.locator('#password').fill(password)
        await page.locator('#sign-in-button').click()
      }
      await page.locator('#sign-in').waitFor()
      await look('sign-in')
      for (let i = 0; i < 2; i++) {
        await enter('wrong')
        await page.locator('#sign-in-button[aria-disabled=false]').waitFor()
        await page.locator('#sign-in-notice').waitFor()
      }
      await look('wrong')
      await enter('wrong')
      await page.getByText(zh ? '休息一下' : 'short break').waitFor()
      await look('throttled')
      await pass(page, 21_000)
      await enter(passwords['alice'] ?? '')
      await page.locator('.card').first().waitFor()
      await look('projects')
      await page.locator('#learning-tab').click()
      await page.locator('.figures').waitFor()
      await look('learning')
      await page.locator('#profile-tab').click()
      await page.locator('.who').waitFor()
      await context.setOffline(true)
      await page.locator('#strip').waitFor()
      await look('profile-offline')
      await page.locator('#sign-out').click()
      await page.locator('#sign-in-notice').waitFor()
      await look('signed-out')
      await context.close()
    },
    120_000,
  )
})
