import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { demo } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { startTestSuite } from '../support/suite.ts'
import { hasChromium, launchChromium } from './chromium.ts'

/** What people do across the suite, each in a browser of their own, where no script runs. */
;(hasChromium() ? describe : describe.skip)('one login for all, in Chromium (skipped without /usr/bin/chromium)', () => {
  let suite: Suite
  let browser: Browser
  const contexts: BrowserContext[] = []
  beforeAll(async () => {
    suite = await startTestSuite('sqlite::memory:')
    browser = await launchChromium()
  }, 60_000)
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
  })
  afterAll(async () => {
    await browser.close()
    await suite.stop()
  })

  async function newBrowser(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ locale: 'en-US', javaScriptEnabled: false, ...options })
    contexts.push(context)
    return context
  }
  async function signIn(page: Page, username = 'alice'): Promise<void> {
    await page.locator('#username').fill(username)
    await page.locator('#password').fill(demo.users.find((user) => user.username === username)?.password ?? '')
    await page.locator('#password').press('Enter')
  }
  const isAt = (page: Page, base: string) => page.url().startsWith(base)
  const asksToSignIn = (page: Page) => isAt(page, suite.addresses.issuer) && /\/sign-in/.test(page.url())
  const nameShown = (page: Page) => page.locator('body').innerText()

  /** A page of the project centre, signed in as this person. */
  async function inProjectCenter(context: BrowserContext, username = 'alice'): Promise<Page> {
    const page = await context.newPage()
    await page.goto(`${suite.addresses.projectCenter}/projects`)
    await signIn(page, username)
    await page.waitForURL(`${suite.addresses.projectCenter}/projects`)
    return page
  }
  /** Reloads a page until it asks to sign in: the login tells a module within moments. */
  async function untilAsked(page: Page, url: string): Promise<void> {
    const before = Date.now()
    do await page.goto(url)
    while (!asksToSignIn(page) && Date.now() - before < 5000)
    expect(asksToSignIn(page)).toBe(true)
  }

  test('sign on in one module and enter the other without a page; both still know the person when they are reloaded', async () => {
    const context = await newBrowser()
    const projects = await inProjectCenter(context)
    const talent = await context.newPage()
    const visited: string[] = []
    talent.on('framenavigated', (frame) => visited.push(frame.url()))
    await talent.goto(`${suite.addresses.talentCenter}/profile`)
    expect(talent.url()).toBe(`${suite.addresses.talentCenter}/profile`)
    expect(visited.filter((url) => url.includes('/interaction/'))).toEqual([])
    for (const page of [projects, talent]) {
      await page.reload()
      expect(await nameShown(page)).toContain('张爱丽')
    }
  }, 60_000)

  test('the second module asks without a page before it shows a button, and shows it to who is signed in nowhere', async () => {
    const stranger = await (await newBrowser()).newPage()
    await stranger.goto(suite.addresses.talentCenter)
    expect(stranger.url()).toBe(`${suite.addresses.talentCenter}/`)
    expect(await stranger.locator('a[href="/login"]').count()).toBe(1)

    const context = await newBrowser()
    await inProjectCenter(context)
    const page = await context.newPage()
    await page.goto(suite.addresses.talentCenter)
    expect(await nameShown(page)).toContain('张爱丽')
  }, 60_000)

  test('sign off in one: both ask again', async () => {
    const context = await newBrowser()
    const projects = await inProjectCenter(context)
    const talent = await context.newPage()
    await talent.goto(`${suite.addresses.talentCenter}/profile`)
    await projects.locator('form[action="/logout"] button').click()
    await projects.waitForURL(`${suite.addresses.projectCenter}/`)
    expect(await projects.locator('a[href^="/login"]').count()).toBe(1)
    await untilAsked(talent, `${suite.addresses.talentCenter}/profile`)
    await untilAsked(projects, `${suite.addresses.projectCenter}/projects`)
  }, 60_000)

  test('a third party, also across sites, still asks for consent, remembers it, and asks again once it was withdrawn', async () => {
    const site = suite.addresses.thirdPartySite.replace('//localhost', '//127.0.0.1')
    const context = await newBrowser()
    await inProjectCenter(context)
    const page = await context.newPage()
    const enter = async () => {
      await page.goto(`${site}/login`)
      return page.url().split('/').at(-1) ?? ''
    }
    expect(await enter()).toBe('consent')
    await page.locator('button[value=allow]').click()
    await page.waitForURL((url) => url.pathname === '/' && url.port === new URL(site).port)
    await page.locator('form[action="/logout"] button').click()
    await page.waitForURL((url) => url.pathname === '/' && url.port === new URL(site).port)
    expect(await enter()).not.toBe('consent')

    await page.goto(`${suite.addresses.issuer}/account/sessions`)
    await page.locator('button[name=withdraw][value=third-party-site]').click()
    expect(await enter()).toBe('consent')
  }, 60_000)

  test('a session that is ended from the account page of another device is over in a module that is open', async () => {
    const desk = await newBrowser()
    const open = await inProjectCenter(desk, 'bob')
    await open.locator('.cards a').first().click()
    const project = open.url()

    const phone = await (await newBrowser({ viewport: { width: 390, height: 844 } })).newPage()
    await phone.goto(`${suite.addresses.issuer}/account/sessions`)
    await signIn(phone, 'bob')
    await phone.waitForURL(`${suite.addresses.issuer}/account/sessions`)
    await phone.locator('button[name=others]').click()
    await phone.getByRole('status').waitFor()

    await untilAsked(open, project)
    await signIn(open, 'bob')
    await open.waitForURL(project)
  }, 60_000)

  test('of two people one after the other in one browser, nothing of the first shows for the second', async () => {
    const context = await newBrowser()
    const page = await inProjectCenter(context)
    const hers = await page.getByRole('link', { name: 'User interviews' }).getAttribute('href')
    const talent = await context.newPage()
    await talent.goto(`${suite.addresses.talentCenter}/profile`)
    await page.locator('form[action="/logout"] button').click()
    await page.waitForURL(`${suite.addresses.projectCenter}/`)

    await page.goto(`${suite.addresses.projectCenter}/projects`)
    await signIn(page, 'bob')
    await page.waitForURL(`${suite.addresses.projectCenter}/projects`)
    await untilIts(talent, `${suite.addresses.talentCenter}/profile`, 'Bob')
    expect(await nameShown(talent)).not.toContain('张爱丽')
    expect(await page.locator('.who a').innerText()).toBe('Bob Miller')
    expect(await nameShown(page)).not.toContain('User interviews')
    expect((await page.goto(`${suite.addresses.projectCenter}${hers}`))?.status()).toBe(404)
  }, 60_000)

  /** Until a module shows this person instead of the one who left. */
  async function untilIts(page: Page, url: string, name: string): Promise<void> {
    const before = Date.now()
    do await page.goto(url)
    while (!(await nameShown(page)).includes(name) && Date.now() - before < 5000)
    expect(await nameShown(page)).toContain(name)
  }
})
