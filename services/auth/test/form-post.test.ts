import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { formIn } from '@menshen/shared/testing/forms'
import { browserOf, fieldsOf, open, pkce } from './support/authorize.ts'
import { alice, projectCenter } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const asked = { scope: 'openid', response_mode: 'form_post' }

describe('response_mode=form_post (OAuth 2.0 Form Post Response Mode section 2)', () => {
  test('answers with a form that takes code, state and iss to the redirect URI, and nothing in any URL', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    const state = `a&b="c'<d>` // printable, as RFC 6749 appendix A.5 wants it
    await open(auth, browser, projectCenter, { ...asked, state })
    expect(browser.page).toMatchObject({ status: 200, location: undefined })
    expect(formIn(browser.page.body)).toEqual({
      action: projectCenter.redirect_uris[0],
      method: 'post',
      fields: { code: expect.any(String), state, iss: auth.url },
    })
    const { code = '' } = fieldsOf(browser)
    expect(await auth.redeem(projectCenter, { code, verifier: 'v'.repeat(43) })).toMatchObject({ status: 200 })
  })

  test('has a script of ours that sends it, allowed on this page alone, and a button for those without', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await open(auth, browser, projectCenter, asked)
    const { body, headers } = browser.page
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('referrer-policy')).toBe('strict-origin')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toContain('<script src="/assets/form-post.js" defer></script>')
    expect(body).toMatch(/<button class="button" type="submit">Continue<\/button>\s*<\/form>/)
    const script = await auth.get('/assets/form-post.js')
    expect(script).toMatchObject({ status: 200 })
    expect(script.headers.get('content-type')).toMatch(/javascript/)
    expect(script.headers.get('content-security-policy')).not.toContain('script-src')
  })

  test('carries failures the same way, and speaks the language that was asked for', async () => {
    const browser = createBrowser()
    await browser.get(auth.authorizeUrl(projectCenter, { ...pkce, ...asked, prompt: 'none', ui_locales: 'zh-CN' }))
    expect(browser.page).toMatchObject({ status: 200, location: undefined })
    expect(fieldsOf(browser)).toEqual({
      error: 'login_required',
      error_description: expect.any(String),
      state: 'xyz',
      iss: auth.url,
    })
    expect(browser.page.body).toContain('<html lang="zh-CN">')
  })

  test('and so do refusing and signing in on a page', async () => {
    const browser = createBrowser()
    await open(auth, browser, projectCenter, asked)
    await browser.submit({}, 'cancel')
    expect(fieldsOf(browser)).toMatchObject({ error: 'access_denied', state: 'xyz' })
    await open(auth, browser, projectCenter, asked)
    await browser.submit({ username: alice.username, password: alice.password }, 'password')
    expect(fieldsOf(browser)).toMatchObject({ code: expect.any(String), state: 'xyz' })
  })
})

test('the form reaches the app with the Origin of auth where a browser is told strict-origin', async () => {
  let came = ''
  const app = createServer((req, res) => {
    req.on('data', (chunk) => {
      came += chunk
    })
    req.on('end', () => res.end('signed in'))
  })
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  const address = app.address()
  const redirect_uri = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/callback`
  await auth.setClient(projectCenter, { redirect_uris: [redirect_uri] })
  const browser = createBrowser()
  await browser.get(auth.authorizeUrl(projectCenter, { ...pkce, ...asked, redirect_uri, prompt: 'none' }))
  await browser.submit()
  expect(browser.page.body).toBe('signed in')
  expect(Object.fromEntries(new URLSearchParams(came))).toMatchObject({ error: 'login_required', state: 'xyz', iss: auth.url })
  await new Promise((resolve) => app.close(resolve))
})
