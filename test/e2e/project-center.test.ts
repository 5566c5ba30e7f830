import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { testSqliteUrl } from '@menshen/shared/testing/databases'
import { demo } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser } from 'playwright-core'
import { startTestSuite } from '../support/suite.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const pictures = process.env['PICTURES']

;(hasChromium() ? describe : describe.skip)('the project centre in Chromium (skipped without /usr/bin/chromium)', () => {
  let suite: Suite
  let browser: Browser
  beforeAll(async () => {
    suite = await startTestSuite(testSqliteUrl().replace('/test.db', ''))
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await suite.stop()
  })

  test.each([
    ['light', 'en-US'],
    ['dark', 'zh-CN'],
  ] as const)(
    'every page is whole at 320 px, and axe finds nothing: %s, %s',
    async (colorScheme, locale) => {
      const context = await browser.newContext({ colorScheme, locale, bypassCSP: true })
      const page = await context.newPage()
      const look = async (name: string) => {
        expect([name, await violations(page)]).toEqual([name, []])
        for (const width of [320, 390, 1280]) {
          await page.setViewportSize({ width, height: 800 })
          expect([name, width, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([
            name,
            width,
            true,
          ])
          if (pictures) await page.screenshot({ path: `${pictures}/center-${name}-${locale}-${width}.png`, fullPage: true })
        }
      }
      const { username, password = '' } = demo.users[0] ?? { username: '' }
      await page.goto(suite.addresses.projectCenter)
      await look('welcome')
      await page.click('main .button')
      await page.fill('[name=username]', username)
      await page.fill('[name=password]', password)
      await page.press('[name=password]', 'Enter')
      await page.waitForURL(`${suite.addresses.projectCenter}/projects`)
      await look('projects')
      await page.click('.cards > li > a')
      await page.waitForSelector('.board')
      await look('project')
      const project = page.url()
      for (const tab of ['members', 'activity', 'settings']) {
        await page.goto(`${project}/${tab}`)
        await look(tab)
      }
      await page.goto(`${project}/members`)
      await page.fill('[name=username]', 'nobody-has-this')
      await page.press('[name=username]', 'Enter')
      await page.waitForSelector('[role=alert]')
      await look('fault')
      await page.goto(project)
      await page.click('.board .cards > li > a')
      await page.waitForSelector('#comments')
      await look('task')
      await page.goto(`${suite.addresses.projectCenter}/projects/prj_unknown`)
      await look('failure')
      await context.close()
    },
    120_000,
  )
})
