import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { hasChromium, launchChromium } from '../../../test/e2e/chromium.ts'
import { pkce, register } from './support/authorize.ts'
import { alice, bob, bookshop, projectCenter, reader } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

const pictures = process.env['PICTURES']

;(hasChromium() ? describe : describe.skip)('the authorization endpoint in Chromium (skipped without /usr/bin/chromium)', () => {
  let auth: TestAuth
  let browser: Browser
  let app: Server
  /** On another site than auth: `localhost`, not 127.0.0.1. */
  let site: string
  const came: Array<{ origin: string | undefined; body: Record<string, string> }> = []

  beforeAll(async () => {
    auth = await startAuth()
    app = createServer(async (req, res) => {
      const { url, method, headers } = req
      if (method === 'POST')
        came.push({ origin: headers.origin, body: Object.fromEntries(new URLSearchParams(await textOf(req))) })
      res.setHeader('content-type', 'text/html')
      res.end(url === '/start' ? startPage() : `<title>app</title>${method} ${url?.split('?')[0]}`)
    })
    await new Promise<void>((resolve) => app.listen(0, 'localhost', resolve))
    const address = app.address()
    site = `http://localhost:${typeof address === 'object' ? address?.port : 0}`
    await auth.setClient(projectCenter, { redirect_uris: [`${site}/callback`] })
    await register(auth, {
      ...reader,
      client_id: 'tool',
      client_name: 'Tool',
      first_party: true,
      redirect_uris: ['http://127.0.0.1/cb'],
    })
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await new Promise((resolve) => app.close(resolve))
    await auth.stop()
  })

  const asked = () => ({ redirect_uri: `${site}/callback`, scope: 'openid', response_mode: 'form_post', ...pkce })
  const address = (more: Record<string, string> = {}) => auth.authorizeUrl(projectCenter, { ...asked(), ...more })

  /** A page of the app whose button sends the request by POST. */
  function startPage(): string {
    const fields = [...new URL(address()).searchParams].map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    )
    return `<form method="post" action="${auth.url}/oauth2/authorize">${fields.join('')}<button>sign in</button></form>`
  }
  async function person(options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ locale: 'en-US', ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    return { context, page, complaints }
  }
  async function signIn(page: Page, { username, password }: typeof alice) {
    auth.clock.advance(1000)
    await page.locator('input[name=username]').fill(username)
    await page.locator('input[name=password]').fill(password)
    await page.locator('input[name=password]').press('Enter')
  }
  const picture = async (page: Page, name: string) => {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  }

  test('a POST from another site signs on with the Lax cookie of before, and form_post sends the answer on by itself', async () => {
    const { context, page, complaints } = await person()
    await page.goto(`${site}/start`)
    await page.getByRole('button').click()
    await page.waitForURL(/\/sign-in/)
    await signIn(page, alice)
    await page.waitForURL(`${site}/callback`)
    expect(came.at(-1)).toEqual({ origin: auth.url, body: { code: expect.any(String), state: 'xyz', iss: auth.url } })

    const before = came.length
    await page.goto(`${site}/start`)
    await page.getByRole('button').click()
    await page.waitForURL(`${site}/callback`)
    expect(came).toHaveLength(before + 1)
    expect(came.at(-1)?.body).toHaveProperty('code')
    expect(complaints).toEqual([])
    await context.close()
  }, 60_000)

  test('without JavaScript the person presses the button', async () => {
    const { context, page } = await person({ javaScriptEnabled: false, locale: 'zh-CN', viewport: { width: 320, height: 640 } })
    await page.goto(address({ prompt: 'none' }))
    await picture(page, 'form-post-zh-320')
    const before = came.length
    await page.getByRole('button', { name: '继续' }).click()
    await page.waitForURL(`${site}/callback`)
    expect(came.slice(before)).toMatchObject([{ body: { error: 'login_required', state: 'xyz' } }])
    await context.close()
  }, 60_000)

  test.each([
    ['en', { locale: 'en-US' }],
    ['zh-320-dark', { locale: 'zh-CN', viewport: { width: 320, height: 640 }, colorScheme: 'dark' as const }],
  ])(
    'choosing an account, continuing and new wishes fit the page (%s)',
    async (name, options) => {
      const { context, page, complaints } = await person(options)
      for (const someone of [alice, bob]) {
        await page.goto(address({ prompt: 'login', response_mode: 'query' }))
        await signIn(page, someone)
        await page.waitForURL(`${site}/**`)
      }
      const fits = async () => expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)

      await page.goto(address({ prompt: 'select_account', response_mode: 'query' }))
      await picture(page, `choose-account-${name}`)
      await fits()
      await page.getByRole('button', { name: 'Alice Liu' }).click()
      await page.waitForURL(`${site}/**`)

      await page.goto(auth.authorizeUrl({ ...reader, client_id: 'tool' }, { ...pkce, redirect_uri: 'http://127.0.0.1:1/cb' }))
      await picture(page, `continue-as-${name}`)
      await fits()
      expect(await page.getByRole('heading').first().innerText()).toContain('Bob')

      await page.goto(auth.authorizeUrl(bookshop, { scope: 'openid profile', prompt: 'consent' }))
      await page.route('https://app.example/**', (route) => route.fulfill({ body: 'app' }))
      await page.locator('button[value=allow]').click()
      await page.waitForURL('https://app.example/**')
      await page.goto(auth.authorizeUrl(bookshop, { scope: 'openid profile learning:read' }))
      await picture(page, `consent-new-${name}`)
      await fits()

      const stranger = await person(options)
      await stranger.page.goto(page.url())
      await picture(stranger.page, `error-way-back-${name}`)
      expect(await stranger.page.locator('main a').getAttribute('href')).toBe('https://app.example/')
      expect(complaints).toEqual([])
      await stranger.context.close()
      await context.close()
    },
    60_000,
  )
})

async function textOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
