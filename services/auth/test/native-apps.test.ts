import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { loadAuthConfig } from '../src/config.ts'
import { browserOf, open, paramsOf, pkce, placeOf, register, signIn } from './support/authorize.ts'
import { alice, bob, bookshop, projectCenter, reader } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

const redirect_uris = [
  'http://127.0.0.1/callback',
  'http://[::1]:8000/callback?from=auth',
  'http://localhost:3000/callback',
  'com.example.app:/callback',
]
/** Our own command-line tool. */
const tool = { ...reader, client_id: 'tool', client_name: 'Tool', first_party: true, redirect_uris }
/** A stranger's. */
const gadget = { ...reader, client_id: 'gadget', client_name: 'Gadget', redirect_uris }
/** One with a secret, on a developer's machine. */
const devSite = { ...bookshop, client_id: 'dev-site', redirect_uris: ['http://127.0.0.1:8051/callback'] }

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  await register(auth, tool, gadget, devSite)
})
afterAll(() => auth.stop())

const scope = 'openid learning:read'
const answerTo = async (client: typeof reader, redirect_uri: string) => {
  const { status, headers } = await auth.get(
    auth.authorizeUrl(client, { ...pkce, scope, prompt: 'none', redirect_uri }).slice(auth.url.length),
  )
  return { status, location: headers.get('location') }
}

/** This machine, written as nobody would, but as may be registered. */
const written = [
  'HTTP://127.0.0.1/callback',
  'http://LOCALHOST:3000/callback',
  'http://127.1/callback',
  'http://[0:0:0:0:0:0:0:1]/callback',
  'https://localhost/callback',
]

test.each(written)(
  'this machine is known however it is written, and no single sign-on goes unseen: %s (RFC 8252 section 8.6)',
  async (uri) => {
    const oddTool = { ...tool, client_id: `odd-tool-${written.indexOf(uri)}`, redirect_uris: [uri] }
    await register(auth, oddTool)
    const browser = await browserOf(auth, bookshop, alice)
    await browser.get(auth.authorizeUrl(oddTool, { ...pkce, scope, prompt: 'none' }))
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'interaction_required' })
  },
)

describe('the redirect URI of a public client on this machine', () => {
  test.each([
    'http://127.0.0.1/callback',
    'http://127.0.0.1:1/callback',
    'http://127.0.0.1:51004/callback',
    'http://[::1]:65535/callback?from=auth',
    'http://[::1]/callback?from=auth',
    'http://localhost:51004/callback',
  ])('has any port: %s (RFC 8252 section 7.3)', async (redirect_uri) => {
    const { status, location } = await answerTo(tool, redirect_uri)
    expect(status).toBe(303)
    expect(location?.startsWith(redirect_uri)).toBe(true)
  })

  test.each([
    'http://127.0.0.1:51004/callback/',
    'http://127.0.0.1:51004/',
    'http://127.0.0.1:51004',
    'http://127.0.0.1:51004/callback?a=b',
    'http://127.0.0.1:51004/Callback',
    'http://127.0.0.1:51004/callback#x',
    'http://127.0.0.1:/callback',
    'http://127.0.0.1:99999/callback',
    'http://127.0.0.1:80@evil.example/callback',
    'http://127.0.0.1:80.evil.example/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://evil.example/callback',
    'http://127.1/callback',
    'http://2130706433/callback',
    'http://0x7f.0.0.1/callback',
    'http://127.0.0.2:51004/callback',
    'HTTP://127.0.0.1:51004/callback',
    'https://127.0.0.1:51004/callback',
    'http://LOCALHOST:3000/callback',
    'http://localhost.:3000/callback',
    'http://[::1]:8000/callback',
    'http://[0:0:0:0:0:0:0:1]:8000/callback?from=auth',
    'http://127.0.0.1:51004\\@evil.example/callback',
    'http://127.0.0.1:51004/callback\r\nx',
    'http://127.0.0.1:51004/call%62ack',
    'com.example.app://callback',
    'com.example.app:/callback2',
    'com.example.app:1/callback',
  ])('is compared as text for the rest: %s (RFC 9700 section 4.1.3)', async (redirect_uri) => {
    expect(await answerTo(tool, redirect_uri)).toEqual({ status: 400, location: null })
  })

  test('and is exact, with its port, for a client with a secret', async () => {
    expect(await answerTo(devSite, 'http://127.0.0.1:8051/callback')).toMatchObject({ status: 303 })
    expect(await answerTo(devSite, 'http://127.0.0.1:8052/callback')).toEqual({ status: 400, location: null })
  })

  test('must be the same, port and all, when the code is redeemed (RFC 6749 section 4.1.3)', async () => {
    const redirect_uri = 'http://127.0.0.1:51004/callback'
    const browser = createBrowser()
    await open(auth, browser, tool, { scope, redirect_uri })
    await signIn(auth, browser, alice)
    await browser.follow(redirect_uri)
    await browser.submit({ decision: 'allow' }, 'decision')
    const { code = '' } = paramsOf(browser.page.location)
    const approved = { code, verifier: 'v'.repeat(43) }
    const other = await auth.redeem(tool, approved, { redirect_uri: 'http://127.0.0.1:51005/callback' })
    expect(other).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await auth.redeem(tool, approved, { redirect_uri })).toMatchObject({ status: 200 })
  })
})

describe('single sign-on to a client that any program of the device could pose as (RFC 8252 section 8.6)', () => {
  test.each(redirect_uris)('asks the person each time, though the client is ours: %s', async (redirect_uri) => {
    const browser = await browserOf(auth, projectCenter, alice)
    for (let i = 0; i < 2; i++) {
      await open(auth, browser, tool, { scope, redirect_uri })
      expect(placeOf(browser)).toBe('200 continue-as')
      expect(browser.page.body).toContain('Continue as Alice Liu?')
      expect(browser.page.body).toContain('Tool')
      await browser.submit({ decision: 'allow' }, 'decision')
      expect(paramsOf(browser.page.location)).toMatchObject({ code: expect.any(String), state: 'xyz' })
    }
  })

  test('never goes unseen: prompt=none gives interaction_required, or consent_required where consent is missing', async () => {
    const browser = await browserOf(auth, projectCenter, bob)
    const silently = async (client: typeof reader) => {
      await open(auth, browser, client, { scope, prompt: 'none' })
      return paramsOf(browser.page.location)['error']
    }
    expect(await silently(tool)).toBe('interaction_required')
    expect(await silently(gadget)).toBe('consent_required')
    await open(auth, browser, gadget, { scope })
    expect(placeOf(browser)).toBe('200 consent')
    await browser.submit({ decision: 'allow' }, 'decision')
    expect(paramsOf(browser.page.location)).toHaveProperty('code')
    expect(await silently(gadget)).toBe('interaction_required')
    await open(auth, browser, gadget, { scope })
    expect(placeOf(browser)).toBe('200 continue-as')
  })

  test('can be refused; the form belongs to this person, this browser and this request', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    const others = await browserOf(auth, projectCenter, bob)
    await open(auth, browser, tool, { scope })
    const { url, body } = browser.page
    const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? ''
    expect(await others.post(url, { csrf, decision: 'allow' })).toMatchObject({ status: 403, location: undefined })
    expect(await browser.post(url, { csrf: 'x', decision: 'allow' })).toMatchObject({ status: 403, location: undefined })
    expect(await browser.post(url.replace('continue-as', 'consent'), { csrf, decision: 'allow' })).toMatchObject({
      status: 303,
      location: url, // consent is not what is asked
    })
    await browser.post(url, { csrf, decision: 'deny' })
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'access_denied', state: 'xyz' })
    await browser.post(url, { csrf, decision: 'allow' })
    await browser.follow(redirect_uris[0])
    expect(placeOf(browser)).toBe('200 continue-as') // of a new request: the refused one has ended
    expect(browser.page.url).not.toBe(url)
  })

  test('is not asked at an origin that a developer names, and at no other (LOOPBACK_WEB_ORIGINS)', async () => {
    const named = await startAuth({ env: { LOOPBACK_WEB_ORIGINS: 'http://localhost:3000' } })
    try {
      await register(named, tool)
      const browser = await browserOf(named, projectCenter, alice)
      const silently = async (redirect_uri: string) => {
        await open(named, browser, tool, { scope, redirect_uri, prompt: 'none' })
        return paramsOf(browser.page.location)
      }
      expect(await silently('http://localhost:3000/callback')).toHaveProperty('code')
      for (const uri of ['http://localhost:3001/callback', 'http://127.0.0.1:3000/callback', 'com.example.app:/callback'])
        expect(await silently(uri)).toMatchObject({ error: 'interaction_required' })
    } finally {
      await named.stop()
    }
  })

  test('can be named in development only: production refuses LOOPBACK_WEB_ORIGINS', () => {
    const env = { NODE_ENV: 'production', LOOPBACK_WEB_ORIGINS: 'http://localhost:3000' }
    expect(() => loadAuthConfig(env)).toThrow('LOOPBACK_WEB_ORIGINS: must not be set in production')
    const demo = { ...env, MENSHEN_PROFILE: 'demo', SECRETS_KEY: 'the secrets key of the tests; 32 or more' }
    expect(loadAuthConfig(demo).loopbackWebOrigins).toEqual(['http://localhost:3000'])
  })

  test('is not asked where an address of its own or a secret answers for the client', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await auth.setClient(devSite, { first_party: true })
    await open(auth, browser, devSite, { scope })
    expect(paramsOf(browser.page.location)).toHaveProperty('code')
    await auth.setClient(tool, { redirect_uris: ['https://tool.example/callback'] })
    await open(auth, browser, tool, { scope, redirect_uri: 'https://tool.example/callback' })
    expect(paramsOf(browser.page.location)).toHaveProperty('code')
    await auth.setClient(tool, { redirect_uris })
  })

  test('and prompt=consent shows all that a client of ours asks for', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    await open(auth, browser, tool, { scope, prompt: 'consent' })
    expect(placeOf(browser)).toBe('200 consent')
    expect(browser.page.body).toContain('See your courses and progress')
  })
})
