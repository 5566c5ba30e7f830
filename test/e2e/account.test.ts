import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { demoDocument } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { startTestSuite } from '../support/suite.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const pictures = process.env['PICTURES']
const chromeOnWindows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'

;(hasChromium() ? describe : describe.skip)('the account page in Chromium (skipped without /usr/bin/chromium)', () => {
  let suite: Suite
  let browser: Browser
  beforeAll(async () => {
    suite = await startTestSuite('sqlite::memory:')
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await suite.stop()
  })

  const alice = demoDocument().users.find(({ username }) => username === 'alice')
  const open = async (options: BrowserContextOptions) => (await browser.newContext({ locale: 'en-US', ...options })).newPage()
  async function signIn(page: Page): Promise<void> {
    await page.locator('#username').fill('alice')
    await page.locator('#password').fill(alice?.password ?? '')
    await page.locator('#password').press('Enter')
  }
  /** Presses the site's sign-in and tells on which page of auth that ends. */
  async function enterSite(page: Page): Promise<string | undefined> {
    await page.goto(`${suite.addresses.thirdPartySite}/login`)
    return page.url().split('/').at(-1)
  }
  async function token(form: Record<string, string>) {
    const body = new URLSearchParams({ client_id: 'mobile-app', ...form })
    const answer = await fetch(`${suite.addresses.issuer}/oauth2/token`, { method: 'POST', body })
    return (await answer.json()) as { refresh_token?: string; error?: string }
  }
  const picture = async (page: Page, name: string) => {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  }

  test.each([
    { locale: 'en-US', colorScheme: 'light', devices: 'Where you are signed in', apps: 'Apps with access' },
    { locale: 'zh-CN', colorScheme: 'dark', devices: '已登录的设备', apps: '可访问账号的应用' },
  ] as const)(
    'without JavaScript: an app is withdrawn and asks again, a device is ended and signs in again, then all others ($locale)',
    async ({ locale, colorScheme, ...headings }) => {
      const desk = await open({ userAgent: chromeOnWindows })
      expect(await enterSite(desk)).toBe('sign-in')
      await signIn(desk)
      await desk.locator('button[value=allow]').click()
      await desk.waitForURL(`${suite.addresses.thirdPartySite}/**`)
      const username = 'alice'
      const { refresh_token = '' } = await token({ grant_type: 'password', username, password: alice?.password ?? '' })

      const phone = await open({ locale, colorScheme, javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
      await phone.goto(`${suite.addresses.issuer}/account/sessions`)
      await signIn(phone)
      await phone.waitForURL(`${suite.addresses.issuer}/account/sessions`)
      await picture(phone, `account-${locale}`)
      const devices = phone.getByRole('list', { name: headings.devices })
      const apps = phone.getByRole('list', { name: headings.apps })
      expect(await devices.getByRole('heading').count()).toBe(3)
      await apps.locator('button[value=third-party-site]').click()
      await phone.getByRole('status').waitFor()
      expect(await apps.locator('button[value=third-party-site]').count()).toBe(0)
      expect(await enterSite(desk)).toBe('consent')

      await devices.getByRole('listitem').filter({ hasText: 'Windows' }).getByRole('button').click()
      await phone.getByRole('status').waitFor()
      await picture(phone, `account-ended-${locale}`)
      expect(await enterSite(desk)).toBe('sign-in')
      expect((await token({ grant_type: 'refresh_token', refresh_token })).error).toBeUndefined()

      await phone.locator('button[name=others]').click()
      await phone.getByRole('status').waitFor()
      expect(await devices.getByRole('heading').count()).toBe(1)
      expect((await token({ grant_type: 'refresh_token', refresh_token })).error).toBe('invalid_grant')
      await phone.goto(suite.addresses.issuer)
      await phone.locator('a[href="/account/sessions"]').click()
      await devices.getByRole('button').click()
      await phone.waitForURL(`${suite.addresses.issuer}/signed-out`)
      for (const page of [desk, phone]) await page.context().close()
    },
    60_000,
  )
})
