import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { startTestSuite } from '../support/suite.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const people = { alice: '', bob: '' }

;(hasChromium() ? describe : describe.skip)('the third-party site in Chromium (skipped without /usr/bin/chromium)', () => {
  let suite: Suite
  let browser: Browser
  const pictures = process.env['PICTURES']

  beforeAll(async () => {
    const { demoDocument } = await import('@menshen/suite/demo-clients')
    suite = await startTestSuite('sqlite::memory:')
    for (const { username, password } of demoDocument(suite.addresses).users)
      people[username as keyof typeof people] = password ?? ''
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await suite.stop()
  })

  /** A person's browser, in which nothing may go wrong unseen: no script error, no CSP violation. */
  async function person(
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
    const context = await browser.newContext({ locale: 'en-US', ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    return { context, page, complaints }
  }
  const picture = async (page: Page, name: string) => {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  }
  async function signIn(page: Page, username: keyof typeof people): Promise<void> {
    await page.locator('input[name=username]').fill(username)
    await page.locator('input[name=password]').fill(people[username])
    await page.locator('input[name=password]').press('Enter')
  }

  test('a person signs in, agrees, and sees what they learned; the site never saw the password', async () => {
    const { context, page, complaints } = await person()
    const sent: string[] = []
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))

    await page.goto(suite.addresses.thirdPartySite)
    await page
      .getByRole('link', { name: /menshen/i })
      .or(page.getByRole('button', { name: /menshen/i }))
      .first()
      .click()
    await page.waitForURL(/\/interaction\/.*\/sign-in/)
    await picture(page, 'sign-in-en')
    await signIn(page, 'alice')
    await page.waitForURL(/\/consent/)
    await picture(page, 'consent-en')
    expect(await page.getByRole('list').first().innerText()).toContain('See your courses and progress')
    await page.locator('button[value=allow]').click()
    await page.waitForURL(`${suite.addresses.thirdPartySite}/**`)
    await picture(page, 'site-signed-in')
    expect(await page.locator('body').innerText()).toMatch(/\d+/)
    expect(sent.filter((line) => line.startsWith(suite.addresses.thirdPartySite) && line.includes(people.alice))).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  }, 60_000)

  test('a wrong password says so and keeps the name; refusing leads back to the site; all without JavaScript', async () => {
    const { context, page, complaints } = await person({
      locale: 'zh-CN',
      javaScriptEnabled: false,
      viewport: { width: 320, height: 640 },
      colorScheme: 'dark',
    })
    await page.goto(suite.addresses.thirdPartySite)
    await page.locator('a[href*=login], form[action*=login] button').first().click()
    await page.locator('input[name=username]').fill('bob')
    await page.locator('input[name=password]').fill('wrong')
    await page.locator('form button[type=submit]').first().click()
    await page.locator('[role=alert]').waitFor()
    await picture(page, 'sign-in-wrong-zh-dark-320')
    expect(await page.locator('input[name=username]').inputValue()).toBe('bob')
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await signIn(page, 'bob')
    await page.locator('button[value=deny]').waitFor()
    await picture(page, 'consent-zh-dark-320')
    await page.locator('button[value=deny]').click()
    await page.waitForURL(`${suite.addresses.thirdPartySite}/**`)
    await picture(page, 'site-refused-zh')
    expect(complaints.filter((text) => !text.includes('400'))).toEqual([])
    await context.close()
  }, 60_000)

  test.each([
    ['en-US', 'light', 390, 'alice'],
    ['zh-CN', 'dark', 1280, 'bob'],
  ] as const)(
    'the app of the notes is answered at /test: %s, %s, %i pixels',
    async (locale, colorScheme, width, name) => {
      const { context, page, complaints } = await person({ locale, colorScheme, viewport: { width, height: 800 } })
      await page.goto(`${suite.addresses.thirdPartySite}/test`)
      await picture(page, `note-begin-${width}`)
      await page.locator('a[href="/test/begin"]').click()
      await signIn(page, name)
      await page.locator('button[value=allow]').click()
      await page.waitForURL(`${suite.addresses.thirdPartySite}/test?**`)
      await picture(page, `note-answer-${width}`)
      const told = await page.locator('dl').last().innerText()
      for (const text of ['access_token', 'refresh_token', 'openid', 'user_info', '7200']) expect(told).toContain(text)
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      expect(complaints).toEqual([])
      await context.close()
    },
    60_000,
  )

  test('the address of the notes registers an app in the demo, typed into a browser', async () => {
    const { context, page } = await person()
    const app = 'clientName=应用名称&redirectUrl=http://localhost:8051/test&description=应用描述'
    const response = await page.goto(`${suite.addresses.issuer}/client/add?${app}`)
    expect([response?.status(), await response?.json()]).toMatchObject([200, { errcode: 2000, data: { clientName: '应用名称' } }])
    await context.close()
  }, 60_000)

  test('an unknown app gets a page and no redirect', async () => {
    const { context, page } = await person()
    await page.goto(`${suite.addresses.issuer}/oauth2/authorize?client_id=nobody&redirect_uri=https://evil.example/cb`)
    await picture(page, 'unknown-app-en')
    expect(page.url()).toContain(suite.addresses.issuer)
    expect(await page.locator('main').innerText()).toContain('nobody')
    await context.close()
  }, 60_000)
})
