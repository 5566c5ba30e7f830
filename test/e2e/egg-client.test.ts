import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { demo } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser, Page } from 'playwright-core'
import { startTestSuite } from '../support/suite.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

;(hasChromium() ? describe : describe.skip)('egg-client in Chromium (skipped without /usr/bin/chromium)', () => {
  let suite: Suite
  let browser: Browser
  const pictures = process.env['PICTURES']
  const [alice] = demo.users

  beforeAll(async () => {
    suite = await startTestSuite('sqlite::memory:')
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await suite.stop()
  })

  /** The first page in a browser in which nothing may go wrong unseen. */
  async function atFirstPage(options: Parameters<Browser['newContext']>[0]) {
    const context = await browser.newContext({ locale: 'en-US', bypassCSP: true, ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    const sent: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`))
    await page.goto(suite.addresses.eggClient)
    return { context, page, complaints, sent }
  }

  async function signIn(page: Page): Promise<void> {
    await page.locator('input[name=username]').fill(alice?.username ?? '')
    await page.locator('input[name=password]').fill(alice?.password ?? '')
    await page.locator('input[name=password]').press('Enter')
    await page.waitForURL(/\/auth\/redirect/)
  }

  /** Nothing that is cut off, nothing that some people can't read. */
  async function expectReadable(page: Page, name: string): Promise<void> {
    if (pictures) await page.screenshot({ path: `${pictures}/egg-client-${name}.png`, fullPage: true })
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await violations(page)).toEqual([])
  }

  test.each([
    ['en-light-desktop', {}],
    ['en-dark-390', { colorScheme: 'dark', viewport: { width: 390, height: 800 } }],
    ['zh-light-390', { locale: 'zh-CN', viewport: { width: 390, height: 800 } }],
    ['zh-dark-desktop', { locale: 'zh-CN', colorScheme: 'dark' }],
  ] as const)(
    'a person signs in, and the server says successed! of the token (%s)',
    async (name, options) => {
      const { context, page, complaints, sent } = await atFirstPage(options)
      await expectReadable(page, `welcome-${name}`)
      await page.locator('a.button').click()
      await page.waitForURL(/\/interaction\/.*\/sign-in/)
      expect(sent.find((line) => line.includes('/authorize?'))).toContain(
        `${suite.addresses.issuer}/authorize?response_type=code`,
      )
      await signIn(page)
      await expectReadable(page, `signed-in-${name}`)
      expect(await page.locator('[role=status]').innerText()).toContain('successed!')
      expect(sent.join()).not.toMatch(/demo-secret-of-egg-client|\/users\/token|access_token=/)
      expect(complaints).toEqual([])
      await context.close()
    },
    60_000,
  )

  test('an answer is good once: who loads the page again is told to start anew', async () => {
    const { context, page } = await atFirstPage({ locale: 'en-US' })
    await page.locator('a.button').click()
    await signIn(page)
    await page.reload()
    await expectReadable(page, 'stale')
    expect(await page.locator('h1').innerText()).toBe('This sign-in is no longer valid.')
    await context.close()
  }, 60_000)

  test('who comes by localhost signs in all the same, and no page breaks its own policy', async () => {
    const { context, page, complaints } = await atFirstPage({ bypassCSP: false })
    await page.goto(suite.addresses.eggClient.replace('127.0.0.1', 'localhost'))
    await page.locator('a.button').click()
    await signIn(page)
    expect(await page.locator('[role=status]').innerText()).toContain('successed!')
    expect(complaints).toEqual([])
    await context.close()
  }, 60_000)
})
