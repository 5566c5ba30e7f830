import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { demo } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { startTestSuite } from '../support/suite.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const pictures = process.env['PICTURES']

;(hasChromium() ? describe : describe.skip)('the talent centre in Chromium (skipped without /usr/bin/chromium)', () => {
  let suite: Suite
  let browser: Browser
  let center: string
  beforeAll(async () => {
    suite = await startTestSuite('sqlite::memory:')
    center = suite.addresses.talentCenter
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await suite.stop()
  })

  async function signIn(page: Page, username: 'alice' | 'bob'): Promise<void> {
    const password = demo.users.find((user) => user.username === username)?.password ?? ''
    await page.locator('#username').fill(username)
    await page.locator('#password').fill(password)
    await page.locator('#password').press('Enter')
  }
  async function enter(context: BrowserContext, path = '/profile', username: 'alice' | 'bob' = 'alice'): Promise<Page> {
    const page = await context.newPage()
    await page.goto(center + path)
    await signIn(page, username)
    await page.waitForURL(center + path)
    return page
  }
  const save = (page: Page) => page.locator('form[action="/profile/edit"] .button').first().click()
  const isSaved = (page: Page) => page.waitForURL(`${center}/profile?saved`)

  test('without JavaScript: the button appears when nobody is signed in; a person signs in, edits their profile, learns how far they are, and signs out', async () => {
    const context = await browser.newContext({ locale: 'en-US', javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
    const page = await context.newPage()
    await page.goto(center)
    expect(page.url()).toBe(`${center}/`)
    await page.getByRole('link', { name: 'Sign in with Menshen' }).click()
    await signIn(page, 'bob')
    await page.waitForURL(`${center}/`)
    await page.getByRole('heading', { name: 'Hello, Bob Miller' }).waitFor()

    await page.getByRole('link', { name: 'Profile', exact: true }).click()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByLabel('What you do, in one line').fill('Backend engineer & gardener')
    await page.getByLabel('Skills').fill('TypeScript, 园艺')
    await page.getByLabel('Only you').check()
    await save(page)
    await isSaved(page)
    const profile = await page.locator('main').innerText()
    for (const told of ['Saved.', 'Backend engineer & gardener', '园艺', 'Nobody else sees your profile.'])
      expect(profile).toContain(told)

    await page.getByRole('link', { name: 'Learning', exact: true }).click()
    await page.getByRole('link', { name: 'What you learnt, day by day' }).click()
    await page.getByRole('heading', { name: 'What you learnt' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in with Menshen' }).waitFor()
    expect(page.url()).toBe(`${center}/`)
    await page.goto(`${center}/profile`)
    await page.waitForURL(/\/sign-in$/)
    await context.close()
  }, 60_000)

  test('who signed in at another module enters without any page; with another account nothing of the first is shown', async () => {
    const context = await browser.newContext({ locale: 'en-US' })
    const page = await context.newPage()
    await page.goto(`${suite.addresses.issuer}/sign-in`)
    await signIn(page, 'alice')
    await page.waitForLoadState()
    await page.goto(center)
    await page.getByRole('heading', { name: /Hello, .*Alice/ }).waitFor()

    await page.goto(`${center}/login?prompt=login`)
    await signIn(page, 'bob')
    await page.getByRole('heading', { name: 'Hello, Bob Miller' }).waitFor()
    expect(await page.locator('main').innerText()).not.toMatch(/Alice|Product designer/)
    await context.close()
  }, 60_000)

  test('two windows change the profile: the later one is shown both, and keeps what was typed', async () => {
    const context = await browser.newContext({ locale: 'zh-CN' })
    const [first, second] = [await enter(context, '/profile/edit'), await context.newPage()]
    await second.goto(`${center}/profile/edit`)
    await second.getByLabel('一句话介绍').fill('设计负责人')
    await save(second)
    await isSaved(second)
    await first.getByLabel('一句话介绍').fill('设计师，也带团队')
    await save(first)
    await first.getByRole('alert').getByText('另一个窗口').waitFor()
    expect(await first.getByLabel('一句话介绍').inputValue()).toBe('设计师，也带团队')
    expect(await first.locator('.now').allInnerTexts()).toEqual([expect.stringContaining('设计负责人')])
    await save(first)
    await isSaved(first)
    await first.getByText('设计师，也带团队').waitFor()
    await context.close()
  }, 60_000)

  test('who is signed out at Menshen while typing signs in again and finds the text', async () => {
    const context = await browser.newContext({ locale: 'en-US' })
    const page = await enter(context, '/profile/edit')
    await page.getByLabel('About you').fill('A text\nthat took an hour')
    const account = await context.newPage()
    await account.goto(`${suite.addresses.issuer}/sign-out`)
    await account.getByRole('button', { name: 'Sign out' }).click()
    await account.getByRole('heading', { name: 'You are signed out' }).waitFor()
    await expectSignedOut(context)

    await save(page)
    await signIn(page, 'alice')
    await page.waitForURL(`${center}/profile/edit`)
    expect(await page.getByLabel('About you').inputValue()).toBe('A text\nthat took an hour')
    await save(page)
    await isSaved(page)
    await context.close()
  }, 60_000)

  /** Until the talent centre was told (Back-Channel Logout). */
  async function expectSignedOut(context: BrowserContext): Promise<void> {
    const page = await context.newPage()
    for (;;) {
      await page.goto(`${center}/profile`)
      if (page.url().includes('/sign-in')) return page.close()
    }
  }

  const pages = ['/', '/profile', '/profile/edit', '/learning', '/learning/secure-sign-in', '/learning/history', '/nothing']
  const small = `[...document.querySelectorAll('a:not(.skip), button, input:not([type=hidden]), textarea')]
    .filter((element) => { const box = element.getBoundingClientRect(); return Math.min(box.width, box.height) < 24 })
    .map((element) => element.outerHTML)`

  test.each([
    { locale: 'en-US', colorScheme: 'light' },
    { locale: 'zh-CN', colorScheme: 'dark' },
  ] as const)(
    'axe finds nothing, nothing is cut off and nothing is too small to press: $locale, $colorScheme',
    async (options) => {
      const context = await browser.newContext({ ...options, bypassCSP: true })
      const page = await context.newPage()
      await page.goto(center)
      await look(page, `welcome-${options.locale}`)
      await page.getByRole('link', { name: /Menshen|门神/ }).click()
      await signIn(page, 'alice')
      await page.waitForURL(`${center}/`)
      for (const path of pages) {
        await page.goto(center + path)
        expect(await page.locator('html').getAttribute('lang')).toBe(options.locale === 'zh-CN' ? 'zh-CN' : 'en')
        await look(page, `talent${path.replaceAll('/', '-')}-${options.locale}`)
      }
      await page.goto(`${center}/profile/edit`)
      await page.locator('#links').fill('nothing')
      await save(page)
      await page.getByRole('alert').waitFor()
      await look(page, `talent-refused-${options.locale}`)
      await context.close()
    },
    120_000,
  )

  async function look(page: Page, name: string): Promise<void> {
    expect([name, await violations(page)]).toEqual([name, []])
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      expect([name, width, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([
        name,
        width,
        true,
      ])
      expect(await page.evaluate(small)).toEqual([])
      if (pictures) await page.screenshot({ path: `${pictures}/${name}-${width}.png`, fullPage: true })
    }
  }
})
