import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { testSqliteUrl } from '@menshen/shared/testing/databases'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser } from 'playwright-core'
import { startTestSuite } from '../support/suite.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const pictures = process.env['PICTURES']
let suite: Suite
beforeAll(async () => {
  suite = await startTestSuite(testSqliteUrl().replace('/test.db', ''))
}, 60_000)
afterAll(() => suite.stop())

const page = async (path = '/', headers: Record<string, string> = {}) =>
  (await fetch(`${suite.addresses.startPage}${path}`, { headers })).text()

test('the start page leads to every app that is served, and each answers', async () => {
  const text = await page()
  const links = [...text.matchAll(/href="(http[^"]+)"/g)].map(([, url = '']) => url)
  expect(links.length).toBeGreaterThan(4)
  for (const url of links) {
    const visitor = createBrowser() // with cookies: some ask the login first whether somebody is signed in
    await visitor.get(url)
    expect([url, (await visitor.follow()).status]).toEqual([url, 200])
  }
})

test('it names the people, in the language that is asked for', async () => {
  expect(await page()).toContain('alice-demo-password-8060')
  expect(await page('/', { 'accept-language': 'zh' })).toContain('一次登录')
  expect(await page('/?lang=en', { 'accept-language': 'zh' })).toContain('One sign-in')
  expect((await fetch(`${suite.addresses.startPage}/nothing`)).status).toBe(404)
})

;(hasChromium() ? describe : describe.skip)('the start page in Chromium (skipped without /usr/bin/chromium)', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(() => browser.close())

  test.each(['light', 'dark'] as const)(
    'axe finds nothing and nothing is cut off: %s',
    async (colorScheme) => {
      const context = await browser.newContext({ colorScheme, bypassCSP: true })
      const shown = await context.newPage()
      for (const locale of ['en', 'zh-CN']) {
        await shown.goto(`${suite.addresses.startPage}/?lang=${locale}`)
        expect(await violations(shown)).toEqual([])
        for (const width of [320, 390, 1280]) {
          await shown.setViewportSize({ width, height: 800 })
          expect([width, await shown.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([width, true])
          if (pictures)
            await shown.screenshot({ path: `${pictures}/start-${locale}-${colorScheme}-${width}.png`, fullPage: true })
        }
      }
      await context.close()
    },
    60_000,
  )
})
