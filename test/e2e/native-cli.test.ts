import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { demo } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser, Page } from 'playwright-core'
import { openTerminal } from '../../examples/native-cli/test/terminal.ts'
import { startTestSuite } from '../support/suite.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const pictures = process.env['PICTURES']
const { username = '', password = '' } = demo.users[0] ?? {}

;(hasChromium() ? describe : describe.skip)('the terminal program in Chromium (skipped without /usr/bin/chromium)', () => {
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

  async function signIn(page: Page, address: string): Promise<void> {
    await page.goto(address)
    await page.locator('#username').fill(username)
    await page.locator('#password').fill(password)
    await page.locator('#password').press('Enter')
    await page.locator('button[value=allow]').click()
    await page.waitForURL('http://127.0.0.1:*/**')
  }

  test.each([
    ['en-US', 'light', 'You may close this window'],
    ['zh-CN', 'dark', '可以关闭这个窗口'],
  ] as const)(
    'a person signs in, and is told to go back to the terminal: %s',
    async (locale, colorScheme, text) => {
      const terminal = await openTerminal(suite)
      const context = await browser.newContext({ locale, colorScheme, viewport: { width: 390, height: 600 } })
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      const { code, said } = await terminal.run('login', (address) => signIn(page, address))
      expect([code, said.at(-1)]).toEqual([0, expect.stringContaining('(alice)')])
      await page.getByText(text).waitFor()
      expect(complaints).toEqual([])
      if (pictures) await page.screenshot({ path: `${pictures}/native-cli-${locale}.png` })
      await page.reload().catch(() => {}) // the door is closed by then
      expect(await terminal.run('whoami')).toMatchObject({ code: 0 })
      await context.close()
    },
    60_000,
  )

  test('axe finds nothing on the page that the browser is left with', async () => {
    const terminal = await openTerminal(suite)
    const context = await browser.newContext({ bypassCSP: true })
    const page = await context.newPage()
    await terminal.run('login', async (address) => signIn(page, address))
    expect(await violations(page)).toEqual([])
    await context.close()
  }, 60_000)
})
