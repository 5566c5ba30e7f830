import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { alice, bob, bookshop, projectCenter, reader } from '../../services/auth/test/support/people.ts'
import { challengeFor, startAuth, type TestAuth } from '../../services/auth/test/support/start-auth.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const pictures = process.env['PICTURES']
const pkce = challengeFor('v'.repeat(43))

;(hasChromium() ? describe : describe.skip)('the pages of auth in Chromium (skipped without /usr/bin/chromium)', () => {
  let auth: TestAuth
  let browser: Browser
  beforeAll(async () => {
    auth = await startAuth({ env: { SESSION_IDLE_TTL: '86400', COMPAT: 'authserver' } })
    await auth.setClient(bookshop, { client_uri: `${auth.url}/sign-in` })
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await auth.stop()
  })

  const own = (path: string) => (page: Page) => page.goto(`${auth.url}${path}`)
  const asked =
    (client: typeof bookshop, more: Record<string, string> = {}) =>
    (page: Page) =>
      page.goto(auth.authorizeUrl(client, { ...pkce, ...more }))
  async function signIn(page: Page, { username, password }: typeof alice = alice): Promise<void> {
    await page.locator('#username').fill(username)
    await page.locator('#password').fill(password)
    await page.locator('#password').press('Enter')
    await page.waitForLoadState()
    auth.clock.advance(1000)
  }
  async function bothIn(page: Page): Promise<void> {
    for (const person of [alice, bob]) {
      await own('/sign-in?account=other')(page)
      await signIn(page, person)
    }
  }

  const registering = (filled?: Record<string, string>) => async (page: Page) => {
    await own('/client/add')(page)
    await signIn(page)
    if (!filled) return
    for (const [name, text] of Object.entries(filled)) await page.locator(`#${name}`).fill(text)
    await page.locator('form button').click()
    await page.waitForLoadState()
  }

  /** Each page there is, and how a person gets to it. */
  const ways: ReadonlyArray<[name: string, go: (page: Page) => Promise<unknown>]> = [
    ['welcome', own('/')],
    ['sign-in-own', own('/sign-in')],
    ['sign-in', asked(bookshop)],
    [
      'sign-in-wrong',
      async (page) => {
        await asked(bookshop)(page)
        await signIn(page, { ...alice, password: 'wrong' })
      },
    ],
    ['sign-up-own', own('/sign-up')],
    [
      'sign-up',
      async (page) => {
        await asked(bookshop)(page)
        await page.locator('a[href$="/sign-up"]').click()
      },
    ],
    [
      'sign-up-faults',
      async (page) => {
        await own('/sign-up')(page)
        await page.locator('#username').fill('alice@')
        await page.locator('#password').fill('password')
        await page.locator('#password').press('Enter')
        await page.waitForLoadState()
      },
    ],
    [
      'consent',
      async (page) => {
        await asked(bookshop, { scope: 'openid profile offline_access learning:read' })(page)
        await signIn(page)
      },
    ],
    [
      'continue-as',
      async (page) => {
        await auth.setClient(reader, { first_party: true, redirect_uris: ['http://127.0.0.1/callback'] })
        await page.goto(auth.authorizeUrl(reader, { ...pkce, redirect_uri: 'http://127.0.0.1/callback' }))
        await signIn(page)
      },
    ],
    [
      'choose-account',
      async (page) => {
        await bothIn(page)
        await asked(bookshop, { prompt: 'select_account' })(page)
      },
    ],
    [
      'form-post',
      async (page) => {
        await page.route('**/assets/form-post.js', (route) => route.abort())
        await asked(projectCenter, { response_mode: 'form_post', scope: 'openid' })(page)
        await signIn(page)
      },
    ],
    [
      'signed-in',
      async (page) => {
        await own('/sign-in')(page)
        await signIn(page)
      },
    ],
    ['signed-in-several', bothIn],
    [
      'sign-out',
      async (page) => {
        await own('/sign-in')(page)
        await signIn(page)
        await own('/sign-out')(page)
      },
    ],
    [
      'sign-out-several',
      async (page) => {
        await bothIn(page)
        await own('/sign-out')(page)
      },
    ],
    [
      'account-sessions',
      async (page) => {
        await auth.passwordGrant(alice, { scope: 'openid project:read offline_access' })
        await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop, scope: 'openid profile learning:read' }))
        await own('/account/sessions')(page)
        await signIn(page)
        expect(page.url()).toBe(`${auth.url}/account/sessions`)
      },
    ],
    [
      'account-sessions-several',
      async (page) => {
        await bothIn(page)
        await own('/account/sessions?done=device')(page)
      },
    ],
    ['register-app', registering()],
    ['register-app-faults', registering({ clientName: ' ', redirectUrl: 'http://shop.example/' })],
    ['registered-app', registering({ clientName: '应用名称', redirectUrl: 'http://localhost:8051/test' })],
    ['signed-out', own('/signed-out')],
    ['error-unknown-app', (page) => page.goto(`${auth.url}/oauth2/authorize?client_id=nobody`)],
    ['error-redirect', asked(bookshop, { redirect_uri: 'https://elsewhere.example/a/long/path/that/does/not/end?for=a-while' })],
    ['error-not-found', own('/nothing/here')],
    ['error-expired', own('/interaction/nothing/sign-in')],
    [
      'error-cookies',
      async (page) => {
        await asked(bookshop)(page)
        await page.context().clearCookies({ name: 'menshen_browser' })
        await page.reload()
      },
    ],
  ]

  /** Everything pressed or filled in is as large as a finger; links within a sentence may be smaller (WCAG 2.2 section 2.5.8). */
  const small = `[...document.querySelectorAll('a, button, input:not([type=hidden])')]
    .filter((element) => { const box = element.getBoundingClientRect(); return Math.min(box.width, box.height) < 24 })
    .map((element) => element.outerHTML)`

  async function look(page: Page, name: string): Promise<void> {
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await violations(page)).toEqual([])
    await fits(page, `${name}-light`)
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await violations(page, 'colours')).toEqual([])
    if (pictures) await fits(page, `${name}-dark`)
  }

  async function fits(page: Page, name: string): Promise<void> {
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

  test.each(['en-US', 'zh-CN'])(
    'axe finds nothing, nothing is cut off and nothing is too small to press, in light and dark: %s',
    async (locale) => {
      for (const [name, go] of ways) {
        const context: BrowserContext = await browser.newContext({ locale, bypassCSP: true })
        const page = await context.newPage()
        await go(page)
        expect([name, await page.locator('html').getAttribute('lang')]).toEqual([name, locale === 'zh-CN' ? 'zh-CN' : 'en'])
        await look(page, `${name}-${locale.slice(0, 2)}`)
        await context.close()
      }
    },
    240_000,
  )
})
