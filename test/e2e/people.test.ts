import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Listening, listen } from '@menshen/shared/testing/http'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { alice, bob, projectCenter } from '../../services/auth/test/support/people.ts'
import { startAuth, type TestAuth } from '../../services/auth/test/support/start-auth.ts'
import { hasChromium, launchChromium } from './chromium.ts'

;(hasChromium() ? describe : describe.skip)('people in Chromium, without JavaScript (skipped without /usr/bin/chromium)', () => {
  let auth: TestAuth
  let app: Listening
  let chromium: Browser
  beforeAll(async () => {
    auth = await startAuth()
    app = await listen({ callback: () => (_, res) => res.end('the app') })
    await auth.setClient(projectCenter, { redirect_uris: [`${app.url}/callback`] })
    chromium = await launchChromium()
  }, 60_000)
  afterAll(async () => {
    await chromium.close()
    await auth.stop()
    await app.close()
  })

  const newBrowser = (storageState?: Awaited<ReturnType<BrowserContext['storageState']>>) =>
    chromium.newContext({ locale: 'en-US', javaScriptEnabled: false, ...(storageState && { storageState }) })

  const askToSignIn = (page: Page, more: Record<string, string> = {}) =>
    page.goto(auth.authorizeUrl(projectCenter, { scope: 'openid', redirect_uri: `${app.url}/callback`, ...more }))
  const atTheApp = (page: Page) => page.waitForURL(`${app.url}/callback?*code=*`)

  async function signIn(page: Page, { username, password }: typeof alice): Promise<void> {
    await page.getByLabel('User name').fill(username)
    await page.getByLabel('Password').fill(password)
    await page.getByLabel('Password').press('Enter')
  }
  const says = (page: Page, title: string) => page.getByRole('heading', { level: 1, name: title }).waitFor()

  test('somebody new signs up on the way to an app, mends what was wrong, and comes to the app', async () => {
    const context = await newBrowser()
    const page = await context.newPage()
    await askToSignIn(page)
    await page.getByRole('link', { name: 'Create an account' }).click()
    await says(page, 'Create an account to continue to Project Center')
    await page.getByLabel('User name').fill('alice')
    await page.getByLabel('Name (optional)').fill('Alice the second')
    await page.getByLabel('Password').fill('nine purple kettles')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('link', { name: 'This user name is taken' }).click()
    expect(await page.getByLabel('Name (optional)').inputValue()).toBe('Alice the second')
    await page.getByLabel('User name').fill('alice2')
    await page.getByLabel('Password').fill('nine purple kettles')
    await page.getByRole('button', { name: 'Create account' }).click()
    await atTheApp(page)
    await page.goto(auth.url)
    await page.getByText('Alice the second').waitFor()
    await context.close()
  }, 60_000)

  test.each([
    ['who keeps signed in is not asked again after the browser was closed', true],
    ['who does not is asked again', false],
  ])(
    '%s',
    async (_, remember) => {
      const before = await newBrowser()
      const page = await before.newPage()
      await askToSignIn(page)
      if (remember) await page.getByLabel('Keep me signed in').check()
      await signIn(page, alice)
      await atTheApp(page)
      const state = await before.storageState()
      await before.close()

      const kept = state.cookies.filter(({ expires }) => expires > 0) // what a browser that is closed keeps
      const after = await newBrowser({ ...state, cookies: kept })
      const again = await after.newPage()
      await askToSignIn(again)
      if (remember) await atTheApp(again)
      else await says(again, 'Sign in to continue to Project Center')
      await after.close()
    },
    60_000,
  )

  test('two people share a browser: each is chosen, one signs out, the other stays, then all are out', async () => {
    const context = await newBrowser()
    const page = await context.newPage()
    for (const person of [alice, bob]) {
      await page.goto(`${auth.url}/sign-in?account=other`)
      await signIn(page, person)
      await says(page, 'You are signed in')
      auth.clock.advance(1000)
    }
    await askToSignIn(page, { prompt: 'select_account' })
    await page.getByRole('button', { name: 'Alice Liu' }).click()
    await atTheApp(page)

    await page.goto(auth.url)
    await page.getByRole('link', { name: 'Sign out' }).click()
    await says(page, 'Who should be signed out?')
    await page.getByRole('button', { name: 'Alice Liu' }).click()
    await says(page, 'Alice Liu is signed out')
    await page.getByRole('link', { name: 'To your account' }).click()
    await says(page, 'You are signed in')
    expect(await page.locator('main').innerText()).not.toContain('Alice')
    await page.getByRole('link', { name: 'Sign out' }).click()
    await says(page, 'Sign out?')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await says(page, 'You are signed out')

    await page.goBack()
    await page.reload()
    await askToSignIn(page)
    await says(page, 'Sign in to continue to Project Center')
    await context.close()
  }, 60_000)

  test('the keyboard alone is enough to sign in, and shows where it is', async () => {
    const context = await newBrowser()
    const page = await context.newPage()
    await askToSignIn(page)
    await page.locator('input[name=username]:focus').waitFor() // by itself, once the page is drawn
    await page.keyboard.type(alice.username)
    await page.keyboard.press('Tab')
    await page.keyboard.type(alice.password)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect(await page.getByLabel('Keep me signed in').isChecked()).toBe(true)
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineWidth')).toBe('3px')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await atTheApp(page)
    await context.close()
  }, 60_000)
})
