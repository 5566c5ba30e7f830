import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { demo } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { startTestSuite } from '../support/suite.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const pictures = process.env['PICTURES']
const passwords = Object.fromEntries(demo.users.map(({ username, password }) => [username, password]))
/** Of an access token, in milliseconds. */
const lifetime = 600_000
/** Where the tokens are, and the page's path. */
const holders = [
  ['the page', '/'],
  ['a back end', '/bff/'],
] as const

;(hasChromium() ? describe : describe.skip)('the single-page app in Chromium (skipped without /usr/bin/chromium)', () => {
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

  interface Person {
    context: BrowserContext
    page: Page
    /** What the browser has to say against a page: script errors, violations of the policy. */
    complaints: string[]
  }
  async function newPerson(options: Parameters<Browser['newContext']>[0] = {}): Promise<Person> {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 390, height: 844 }, ...options })
    return { context, ...(await newTab(context)) }
  }
  async function newTab(context: BrowserContext) {
    const page = await context.newPage()
    await page.clock.install()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    return { page, complaints }
  }
  const at = (path: string) => suite.addresses.spa + path
  const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
  const line = (page: Page) => page.getByLabel('One line about you')
  const isShown = (page: Page) => page.getByRole('heading', { name: 'Website redesign' }).waitFor()

  async function typeIn(page: Page, username: string): Promise<void> {
    await page.locator('input[name=username]').fill(username)
    await page.locator('input[name=password]').fill(passwords[username] ?? '')
    await page.locator('input[name=password]').press('Enter')
  }
  async function signedIn(path: string, username = 'alice', options?: Parameters<Browser['newContext']>[0]): Promise<Person> {
    const person = await newPerson(options)
    await person.page.goto(at(path))
    await person.page.getByRole('button', { name: 'Sign in with Menshen' }).click()
    await typeIn(person.page, username)
    await isShown(person.page)
    return person
  }
  /** The person signs out in another tab, at Menshen itself, and is away until the access token has ended. */
  async function signOutAtMenshen({ context, page }: Person): Promise<void> {
    const { page: other } = await newTab(context)
    await other.goto(`${suite.addresses.issuer}/sign-out`)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await says(other, 'You are signed out')
    await other.close()
    await page.clock.fastForward(lifetime)
  }
  /** Opens a page until it asks to sign in: Menshen tells a module within moments. */
  async function untilAsked(page: Page, url: string): Promise<void> {
    const before = Date.now()
    const isAsked = () => page.url().startsWith(suite.addresses.issuer)
    do await page.goto(url)
    while (!isAsked() && Date.now() - before < 5000)
    expect(isAsked()).toBe(true)
  }
  /** What auth was asked for at its token endpoint. */
  function tokenRequestsOf(page: Page): URLSearchParams[] {
    const seen: URLSearchParams[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/oauth2/token')) seen.push(new URLSearchParams(request.postData() ?? ''))
    })
    return seen
  }

  describe.each(holders)('with the tokens in %s', (_, path) => {
    test('a person signs in, sees profile and projects, changes a line; a reload keeps them in, at the same place', async () => {
      const { context, page, complaints } = await signedIn(path)
      await says(page, 'Hello, 张爱丽 (Alice Zhang)')
      await page.goto(at(`${path}#projects`))
      await line(page).fill(`Gardener (${path})`)
      await line(page).press('Enter')
      await says(page, 'Saved.')
      await page.reload()
      await isShown(page)
      await says(page, 'Hello, 张爱丽 (Alice Zhang)')
      expect(page.url()).toBe(at(`${path}#projects`))
      expect(await line(page).inputValue()).toBe(`Gardener (${path})`)
      expect(page.frames()).toHaveLength(1)
      expect(complaints).toEqual([])
      await context.close()
    }, 60_000)

    test('what was typed survives a new sign-in: it is offered to who typed it, and is saved then', async () => {
      const person = await signedIn(path)
      const { context, page } = person
      await line(page).fill('Half a thought')
      await signOutAtMenshen(person)
      await page.getByRole('button', { name: 'Save' }).click()
      await typeIn(page, 'alice')
      await says(page, 'What you had typed is still here.')
      expect(await line(page).inputValue()).toBe('Half a thought')
      await page.getByRole('button', { name: 'Save' }).click()
      await says(page, 'Saved.')
      await page.reload()
      await isShown(page)
      expect(await line(page).inputValue()).toBe('Half a thought')
      await context.close()
    }, 60_000)

    test('and is shown to nobody else: the next person in the same tab sees nothing of the first', async () => {
      const person = await signedIn(path)
      const { context, page } = person
      await line(page).fill('A secret of Alice')
      await signOutAtMenshen(person)
      await page.getByRole('button', { name: 'Refresh' }).click()
      await typeIn(page, 'bob')
      await says(page, 'Hello, Bob Miller')
      await isShown(page)
      expect(await line(page).inputValue()).not.toContain('secret')
      expect(await page.content()).not.toMatch(/alice|secret of/i)
      expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain('secret')
      await context.close()
    }, 60_000)

    test('signing out ends it in every tab and module; going back shows nothing of the person', async () => {
      const { context, page } = await signedIn(path)
      const { page: other } = await newTab(context)
      await other.goto(at(path))
      await isShown(other)
      const { page: module } = await newTab(context)
      await module.goto(`${suite.addresses.projectCenter}/projects`)
      await says(module, 'Website redesign') // without a page between: single sign-on

      await page.getByRole('button', { name: 'Sign out' }).click()
      await says(page, 'You are signed out, here and everywhere.')
      await says(other, 'You are signed out, here and everywhere.')
      expect(await other.locator('body').innerText()).not.toMatch(/Alice|redesign/)
      await page.reload()
      await page.getByRole('button', { name: 'Sign in with Menshen' }).waitFor()
      await page.goBack().catch(() => {})
      expect(await page.locator('body').innerText()).not.toMatch(/Alice|redesign/)
      await untilAsked(module, `${suite.addresses.projectCenter}/projects`)
      await context.close()
    }, 60_000)

    test('a line that was changed elsewhere meanwhile is not overwritten unseen', async () => {
      const { context, page } = await signedIn(path)
      const { page: other } = await newTab(context)
      await other.goto(at(path))
      await isShown(other)
      await says(other, 'Hello, 张爱丽')
      await line(page).fill('From the first tab')
      await page.getByRole('button', { name: 'Save' }).click()
      await says(page, 'Saved.')
      await line(other).fill('From the second tab')
      await other.getByRole('button', { name: 'Save' }).click()
      await says(other, 'now reads “From the first tab”')
      expect(await line(other).inputValue()).toBe('From the second tab')
      await other.getByRole('button', { name: 'Save' }).click()
      await says(other, 'Saved.')
      await context.close()
    }, 60_000)

    test('an answer with a foreign state has a page that says what to do, and nothing of what came stays in the address', async () => {
      const { context, page } = await newPerson()
      const callback = at(path === '/' ? '/' : '/bff/callback')
      await page.goto(`${callback}?error=access_denied&error_description=%3Cb%3Epay%20here&state=foreign`)
      await page.getByRole('heading', { name: 'This sign-in is no longer valid.' }).waitFor()
      expect(await page.locator('body').innerText()).not.toContain('pay')
      await page.getByRole('button', { name: 'Start again' }).click()
      await page.getByRole('button', { name: 'Sign in with Menshen' }).waitFor()
      expect(page.url()).toBe(at(path))
      await context.close()
    }, 60_000)

    test('who refuses at Menshen comes back to a page that takes no offence', async () => {
      const { context, page } = await newPerson()
      await page.goto(at(path))
      await page.getByRole('button', { name: 'Sign in with Menshen' }).click()
      await page
        .getByRole('button', { name: 'Cancel' })
        .or(page.getByRole('link', { name: /cancel/i }))
        .first()
        .click()
      await page.getByRole('heading', { name: 'You said no, and that is fine.' }).waitFor()
      await context.close()
    }, 60_000)

    test('an API that is away is said beside what it would have shown, and what is there stays', async () => {
      const { context, page } = await signedIn(path)
      await page.route('**/projects?*', (route) => route.abort('connectionrefused'))
      await page.getByRole('button', { name: 'Refresh' }).click()
      await says(page, 'No answer right now.')
      expect(await page.getByRole('heading', { name: 'Website redesign' }).isVisible()).toBe(true)
      await page.unroute('**/projects?*')
      await page.getByRole('button', { name: 'Refresh' }).click()
      await page.locator('#projects-said:empty').waitFor({ state: 'attached' })
      await context.close()
    }, 60_000)

    test('without JavaScript the page says what is missing', async () => {
      const { context, page } = await newPerson({ javaScriptEnabled: false })
      await page.goto(at(path))
      await page.getByRole('heading', { name: 'This page needs JavaScript' }).waitFor()
      await page.getByRole('heading', { name: '此页面需要 JavaScript' }).waitFor()
      await context.close()
    }, 60_000)
  })

  test('two tabs refresh at once: each uses its own refresh token, and both go on', async () => {
    const { context, page } = await signedIn('/')
    const { page: other } = await newTab(context)
    const tabs = [page, other]
    for (const tab of tabs) {
      await tab.goto(at('/'))
      await isShown(tab)
    }
    const requests = tabs.map(tokenRequestsOf)
    for (let round = 1; round <= 2; round++) {
      await Promise.all(
        tabs.map(async (tab) => {
          await tab.clock.fastForward(lifetime)
          const answered = tab.waitForResponse((answer) => answer.url().includes('/projects?') && answer.status() === 200)
          await tab.getByRole('button', { name: 'Refresh' }).click()
          await answered
        }),
      )
      expect(requests.map((seen) => seen.map((form) => form.get('grant_type')))).toEqual(
        tabs.map(() => Array(round).fill('refresh_token')),
      )
    }
    expect(new Set(requests.flat().map((form) => form.get('refresh_token'))).size).toBe(4)
    await context.close()
  }, 60_000)

  test('tokens are in the memory of the page alone: not in a storage, a cookie, an address or a global', async () => {
    const { context, page } = await newPerson()
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    const given = page.waitForResponse('**/oauth2/token')
    await page.goto(at('/'))
    await page.getByRole('button', { name: 'Sign in with Menshen' }).click()
    await typeIn(page, 'alice')
    const { access_token, refresh_token, id_token } = await (await given).json()
    await isShown(page)
    const kept = await page.evaluate<string>(`JSON.stringify([
      { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, Object.values(window).filter((v) => typeof v === 'string')
    ])`)
    for (const token of [access_token, refresh_token, id_token]) {
      expect(token).toEqual(expect.any(String))
      expect(kept).not.toContain(token)
      expect(addresses.join('\n')).not.toContain(token)
    }
    await context.close()
  }, 60_000)

  test('with a back end no token ever reaches the browser, and its cookie no script', async () => {
    const { context, page } = await newPerson()
    const answers: Array<Promise<string>> = []
    page.on('response', (answer) => {
      if (answer.url().startsWith(at('/'))) answers.push(answer.text().catch(() => ''))
    })
    await page.goto(at('/bff/'))
    await page.getByRole('button', { name: 'Sign in with Menshen' }).click()
    await typeIn(page, 'alice')
    await isShown(page)
    expect((await Promise.all(answers)).join('\n')).not.toMatch(/eyJ[\w-]{10}/)
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await page.evaluate(`fetch('/bff/api/users/me').then((answer) => answer.status)`)).toBe(403)
    await context.close()
  }, 60_000)

  test('a refresh token that was kept aside is dead once the person has signed out', async () => {
    const { context, page } = await signedIn('/')
    const given = page.waitForResponse('**/oauth2/token')
    await page.reload()
    const { refresh_token } = await (await given).json()
    await isShown(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await says(page, 'You are signed out')
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'spa', refresh_token })
    const answer = await fetch(`${suite.addresses.issuer}/oauth2/token`, { method: 'POST', body })
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
    await context.close()
  }, 60_000)

  test('who is signed in at another module is simply in', async () => {
    const { context, page } = await signedIn('/bff/')
    await page.goto(at('/'))
    await isShown(page)
    await page.goto(suite.addresses.spa.replace('localhost', '127.0.0.1'))
    await isShown(page)
    expect(page.url()).toBe(at('/'))
    await context.close()
  }, 60_000)

  test.each([
    ['en-US', 'light'],
    ['zh-CN', 'dark'],
  ] as const)(
    'axe finds nothing and nothing is cut off: %s, %s',
    async (locale, colorScheme) => {
      const { context, page } = await newPerson({ locale, colorScheme, bypassCSP: true })
      const look = async (name: string) => {
        expect(await violations(page)).toEqual([])
        for (const width of [320, 390, 1280]) {
          await page.setViewportSize({ width, height: 844 })
          const fits = await page.evaluate('document.documentElement.scrollWidth <= innerWidth')
          expect([name, width, fits]).toEqual([name, width, true])
          if (pictures)
            await page.screenshot({
              path: `${pictures}/spa-${name}-${locale.slice(0, 2)}-${colorScheme}-${width}.png`,
              fullPage: true,
            })
        }
        await page.setViewportSize({ width: 390, height: 844 })
      }
      await page.goto(at('/'))
      await page.locator('#welcome').waitFor()
      await look('welcome')
      await page.locator('#sign-in').click()
      await typeIn(page, 'alice')
      await page.locator('#projects .card').first().waitFor()
      await page.locator('#who:not(:empty)').waitFor()
      await page.locator('#headline').fill('x')
      await page.locator('#headline-form button').click()
      await page.locator('#headline-said:not(:empty)').waitFor()
      await look('home')
      await page.locator('#sign-out').click()
      await page.locator('#welcome-notice').waitFor()
      await look('signed-out')
      await page.goto(at('/nowhere'))
      await page.locator('#failure').waitFor()
      await look('failure')
      await context.close()
    },
    60_000,
  )
})
