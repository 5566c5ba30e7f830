import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { hasChromium, launchChromium } from '../../../../test/e2e/chromium.ts'
import { alice, reader } from '../support/people.ts'
import type { TestAuth } from '../support/start-auth.ts'
import { serveSite, startStory } from '../support/story.ts'

const library = readFileSync(
  createRequire(import.meta.url)
    .resolve('oidc-client-ts')
    .replace('/umd/', '/browser/')
    .replace('.js', '.min.js'),
)

/** A page that does nothing but load the library, at any address. */
const files: Record<string, [type: string, content: string | Buffer]> = {
  '/library.js': ['text/javascript', library],
  '/app.js': ['text/javascript', 'window.users = new oidc.UserManager(JSON.parse(localStorage.settings))'],
}
const page: [string, string] = ['text/html', '<!doctype html><title>App</title><script src=/library.js></script>']
const appPage: [string, string] = ['text/html', `${page[1]}<script src=/app.js></script>`]

;(hasChromium() ? describe : describe.skip)('oidc-client-ts in Chromium (skipped without /usr/bin/chromium)', () => {
  let auth: TestAuth
  let site: Awaited<ReturnType<typeof serveSite>>
  let browser: Browser
  beforeAll(async () => {
    auth = await startStory(reader)
    const serve = (path = '') => files[path] ?? (path === '/' ? page : appPage)
    site = await serveSite(
      auth,
      (req, res) => {
        const [type, content] = serve(req.url?.split('?')[0])
        res.setHeader('content-type', type).end(content)
      },
      reader,
    )
    browser = await launchChromium()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await auth?.stop()
  })

  /** The app in a new browser, that knows its settings. */
  async function openApp(): Promise<Page> {
    const app = await (await browser.newContext({ locale: 'en-US' })).newPage()
    const settings = {
      authority: auth.url,
      client_id: reader.client_id,
      redirect_uri: site.redirect_uri,
      scope: 'openid profile email learning:read offline_access',
      loadUserInfo: true,
      automaticSilentRenew: false,
      revokeTokensOnSignout: true,
    }
    await app.goto(`${site.url}/`)
    await app.evaluate(`localStorage.settings = ${JSON.stringify(JSON.stringify(settings))}`)
    await app.goto(`${site.url}/app`)
    return app
  }

  async function signIn(app: Page, decision: 'allow' | 'deny'): Promise<void> {
    await app.evaluate('void users.signinRedirect({ state: "a state" })')
    await app.locator('input[name=username]').fill(alice.username)
    await app.locator('input[name=password]').fill(alice.password)
    await app.locator('input[name=password]').press('Enter')
    await app.locator(`button[value=${decision}]`).click()
    await app.waitForURL(/\/(continue-as|callback)/)
    if (app.url().includes('/continue-as')) await app.locator('button[value=allow]').click()
    await app.waitForURL(`${site.redirect_uri}?**`)
    await app.waitForFunction('window.users')
  }

  test('signs a person in with code and PKCE, reads userinfo, refreshes, revokes and forgets, all across origins', async () => {
    const app = await openApp()
    await signIn(app, 'allow')
    const user = await app.evaluate<User>('users.signinCallback()')
    expect(user).toMatchObject({
      state: 'a state',
      profile: { iss: auth.url, sub: alice.sub, aud: 'reader', email: 'alice@example.com', name: 'Alice Liu' },
    })
    const refreshed = await app.evaluate<User>('users.signinSilent()')
    expect(refreshed.profile).toMatchObject({ sub: alice.sub, email: 'alice@example.com' })
    expect(refreshed.refresh_token).not.toBe(user.refresh_token)
    expect((await userinfo(refreshed)).status).toBe(200)

    await app.evaluate('users.revokeTokens().then(() => users.removeUser())')
    expect(await app.evaluate('users.getUser()')).toBeNull()
    expect((await userinfo(refreshed)).status).toBe(401)
  }, 60_000)

  test('is told access_denied when the person refuses (RFC 6749 section 4.1.2.1)', async () => {
    const app = await openApp()
    await signIn(app, 'deny')
    expect(await app.evaluate('users.signinCallback().catch(({ error }) => error)')).toBe('access_denied')
  }, 60_000)

  const userinfo = ({ access_token }: User) => auth.get('/oauth2/userinfo', { authorization: `Bearer ${access_token}` })
})

interface User {
  access_token: string
  refresh_token: string
  profile: Record<string, unknown>
}
