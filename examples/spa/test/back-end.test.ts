import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { alice, projectCenter } from '../../../services/auth/test/support/people.ts'
import { startAuth, type TestAuth } from '../../../services/auth/test/support/start-auth.ts'
import { createApp } from '../src/app.ts'

let auth: TestAuth
let api: Listening
let app: Listening
/** What the API was asked. */
let asked: Array<{ line: string; headers: Record<string, unknown>; body: string }>

beforeAll(async () => {
  auth = await startAuth({ systemTime: true })
  api = await listen({
    callback: () => async (req, res) => {
      let body = ''
      for await (const chunk of req) body += chunk
      asked.push({ line: `${req.method} ${req.url}`, headers: req.headers, body })
      res.writeHead(200, { 'content-type': 'application/json', etag: '"7"', 'set-cookie': 'of=the-api' }).end('{"headline":"x"}')
    },
  })
  let handle: RequestListener = () => {}
  app = await listen({ callback: () => (req, res) => handle(req, res) })
  const client = { ...projectCenter, redirect_uris: [`${app.url}/bff/callback`] }
  await auth.setClient(client, {
    redirect_uris: client.redirect_uris,
    post_logout_redirect_uris: [`${app.url}/bff/`],
    backchannel_logout_uri: `${app.url}/bff/backchannel-logout`,
    scope: 'openid profile user:read user:write project:read project:write',
  })
  handle = createApp({
    issuer: auth.url,
    spaClientId: 'spa',
    clientId: client.client_id,
    clientSecret: client.secret ?? '',
    baseUrl: app.url,
    userApiUrl: api.url,
    projectApiUrl: api.url,
    allowInsecure: true,
    log: () => {},
  }).callback()
}, 30_000)
afterAll(async () => {
  await app.close()
  await api.close()
  await auth.stop()
})
beforeEach(() => {
  asked = []
})

const ownScript = { 'x-own-script': '1', 'sec-fetch-dest': 'empty' }
async function signedIn(): Promise<Browser> {
  const browser = createBrowser()
  const client = { ...projectCenter, redirect_uris: [`${app.url}/bff/callback`] }
  await browser.get(
    await auth.signInAt(`${app.url}/bff/login?return_to=${encodeURIComponent('/bff/#profile')}`, alice, client, browser),
  )
  return browser
}
async function send(browser: Browser, path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  const cookie = browser.cookies.header(new URL(app.url + path)) ?? ''
  const answer = await fetch(app.url + path, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

test('the page’s calls reach the APIs with the person’s token, which never reaches the page', async () => {
  const browser = await signedIn()
  expect(browser.page.location).toBe(`${app.url}/bff/#profile`)
  const session = await send(browser, '/bff/session', { headers: ownScript })
  expect(JSON.parse(session.text)).toEqual({ person: { sub: alice.sub } })

  const read = await send(browser, '/bff/api/projects?limit=5', { headers: ownScript })
  const written = await send(browser, '/bff/api/users/me', {
    method: 'PATCH',
    body: '{"headline":"y"}',
    headers: { ...ownScript, origin: app.url, 'content-type': 'application/merge-patch+json', 'if-match': '"6"' },
  })
  expect([read.status, written.status, written.headers.get('etag')]).toEqual([200, 200, '"7"'])
  expect(asked.map(({ line }) => line)).toEqual(['GET /projects?limit=5', 'PATCH /users/me'])
  expect(asked[1]).toMatchObject({
    body: '{"headline":"y"}',
    headers: { 'if-match': '"6"', authorization: expect.stringMatching(/^Bearer eyJ/) },
  })
  for (const { headers } of asked) expect(headers).not.toHaveProperty('cookie')
  for (const { text, headers } of [session, read, written]) {
    expect(text).not.toContain('eyJ')
    expect(headers.get('set-cookie')).toBeNull()
  }
})

test('a call without the script’s own header is refused, whoever is signed in: another site can not send it (Browser-Based Applications section 6.1.3.3)', async () => {
  const browser = await signedIn()
  for (const path of ['/bff/session', '/bff/api/users/me', '/bff/api/projects'])
    expect(await send(browser, path)).toMatchObject({ status: 403, text: '{"error":"foreign"}' })
  expect(await send(browser, '/bff/api/users/me', { method: 'PATCH', body: '{}', headers: { origin: app.url } })).toMatchObject({
    status: 403,
  })
  expect(asked).toEqual([])
})

test('no other origin’s script is let in: a preflight gets no permission (Fetch Standard section 3.3)', async () => {
  const preflight = await send(createBrowser(), '/bff/api/users/me', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://foreign.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'x-own-script',
    },
  })
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  const browser = await signedIn()
  const headers = { ...ownScript, origin: 'https://foreign.example' }
  expect(await send(browser, '/bff/api/users/me', { method: 'PATCH', body: '{}', headers })).toMatchObject({ status: 403 })
  expect(asked).toEqual([])
})

test.each([
  ['GET', '/bff/api/users'],
  ['DELETE', '/bff/api/projects'],
  ['GET', '/bff/api/projects/prj_1'],
  ['GET', '/bff/api//elsewhere.example/'],
  ['GET', '/bff/api/users/me/../../projects/prj_1'],
])('the back end makes only the calls it knows: %s %s', async (method, path) => {
  const browser = await signedIn()
  expect((await send(browser, path, { method, headers: { ...ownScript, origin: app.url } })).status).toBe(404)
  expect(asked).toEqual([])
})

test('who is not signed in is nobody, and their calls get 401', async () => {
  const nobody = createBrowser()
  expect(await send(nobody, '/bff/session', { headers: ownScript })).toMatchObject({ status: 200, text: '{"person":null}' })
  expect(await send(nobody, '/bff/api/projects', { headers: ownScript })).toMatchObject({ status: 401 })
})

test('the cookie is out of reach of scripts and of other sites’ forms', async () => {
  const browser = createBrowser()
  const { headers } = await browser.get(`${app.url}/bff/login`)
  for (const cookie of headers.getSetCookie()) expect(cookie).toMatch(/Path=\/bff; .*HttpOnly; SameSite=Lax/)
})

test('a callback that fits no sign-in of this browser is a page that names it, with its status and no trace', async () => {
  const browser = createBrowser()
  const page = await browser.get(`${app.url}/bff/callback?error=%3Cb%3E&state=foreign`)
  expect(page).toMatchObject({ status: 400, body: expect.stringContaining('name="failure" content="stale"') })
  expect(page.body).not.toMatch(/<b>|\.ts:\d/)
})

test('more than a field could hold is refused', async () => {
  const browser = await signedIn()
  const headers = { ...ownScript, origin: app.url }
  const answer = await send(browser, '/bff/api/users/me', { method: 'PATCH', body: 'x'.repeat(70_000), headers })
  expect(answer).toMatchObject({ status: 413, text: '{"error":"tooLong"}' })
  expect(asked).toEqual([])
})
