import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { createApp } from '../src/app.ts'
import { readOptions } from '../src/options.ts'
import { access_token, type FakeServer, startFakeServer } from './fake-server.ts'

let server: FakeServer
let baseUrl: string
let log: string[]
let stop: () => Promise<void>

beforeAll(async () => {
  server = await startFakeServer()
})
afterAll(() => server.stop())
beforeEach(async () => {
  Object.assign(server.behaviour, { denies: undefined, refuses: undefined, rejectsToken: false })
  server.traded.length = 0
  await serve(server.address)
})
afterEach(() => stop())

/** Serves the client on a free port, which its address must name before it is made. */
async function serve(issuer: string): Promise<void> {
  const http = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  log = []
  const options = { issuer, clientId: '111', clientSecret: '222', baseUrl, log: (line: string) => void log.push(line) }
  const handle = createApp(options).callback()
  stop = () => new Promise((resolve) => http.close(() => resolve()).closeAllConnections())
}

/** From the link of the first page to the answer of `/auth/redirect`. */
async function signIn() {
  const browser = createBrowser()
  await browser.get(`${baseUrl}/login`)
  return browser.follow()
}

test('the browser is sent to /authorize with what the notes name, and a state of its own', async () => {
  const { location = '' } = await createBrowser().get(`${baseUrl}/login`)
  const { origin, pathname, searchParams } = new URL(location)
  expect(origin + pathname).toBe(`${server.address}/authorize`)
  expect(Object.fromEntries(searchParams)).toEqual({
    response_type: 'code',
    client_id: '111',
    redirect_uri: `${baseUrl}/auth/redirect`,
    state: expect.stringMatching(/^[\w-]{22}$/),
    ui_locales: 'en',
  })
})

test('the code is traded as the notes write it, and the token tried; pages show tokens in outline, and everything escaped', async () => {
  const { status, body, url } = await signIn()
  expect(server.traded).toEqual([
    {
      grant_type: 'authorization_code',
      code: 'the code',
      state: new URL(url).searchParams.get('state'),
      client_id: '111',
      client_secret: '222',
      redirect_uri: `${baseUrl}/auth/redirect`,
    },
  ])
  expect(status).toBe(200)
  expect(body).toContain('<code>successed!</code>')
  expect(body).toContain(`<dd>access… (${access_token.length} characters)</dd>`)
  expect(body).toContain('<dd>&lt;b&gt;alice&lt;/b&gt;</dd>')
  expect(body).not.toContain(access_token)
})

test('an answer counts once, and in the browser that asked alone (RFC 6749 section 10.12)', async () => {
  const browser = createBrowser()
  await browser.get(`${baseUrl}/login`)
  const { url } = await browser.follow()
  expect((await browser.get(url)).status).toBe(400)
  expect((await createBrowser().get(url)).status).toBe(400)
  await browser.get(`${baseUrl}/login`)
  expect((await browser.get(`${baseUrl}/auth/redirect?code=stolen&state=foreign`)).body).toContain('Please start again')
  expect((await createBrowser().get(`${baseUrl}/auth/redirect?code=stolen`)).status).toBe(400)
  expect(server.traded).toHaveLength(1)
})

test.each([
  ['access_denied', 200, 'You said no'],
  ['unauthorized_client', 502, '<code>unauthorized_client</code>'],
  ['<script>', 502, '<code>?script?</code>'],
])('the answer %s is told with what to do', async (denies, status, told) => {
  server.behaviour.denies = denies
  const page = await signIn()
  expect(page.status).toBe(status)
  expect(page.body).toContain(told)
  expect(server.traded).toEqual([])
})

test.each([
  ['invalid_grant', 400, 'Please start again'],
  ['invalid_client', 502, '<code>invalid_client</code>'],
  ['temporarily_unavailable', 503, 'try again in a minute'],
])('the refusal %s of the code is told with what to do', async (refuses, status, told) => {
  server.behaviour.refuses = refuses
  const page = await signIn()
  expect(page.status).toBe(status)
  expect(page.body).toContain(told)
})

test('a token that the server does not take signs nobody in', async () => {
  server.behaviour.rejectsToken = true
  expect((await signIn()).status).toBe(502)
})

test('a server that does not answer is a page of its own; the reason goes to the log', async () => {
  const browser = createBrowser()
  const { location = '' } = await browser.get(`${baseUrl}/login`)
  const state = new URL(location).searchParams.get('state') ?? ''
  const { behaviour } = server
  await server.stop()
  const { status, body } = await browser.get(`${baseUrl}/auth/redirect?code=x&state=${state}`)
  expect(status).toBe(503)
  expect(body).not.toMatch(/ECONNREFUSED|fetch failed|\.ts:\d/)
  expect(log.join()).toContain('GET /auth/redirect: unreachable')
  server = await startFakeServer()
  Object.assign(server.behaviour, behaviour)
})

test('no script runs, no page is kept or framed, and no address is told to others', async () => {
  for (const path of ['/', '/nowhere', '/auth/redirect?code=x']) {
    const { headers, body } = await createBrowser().get(baseUrl + path)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(body).not.toMatch(/<script|style="|<style/)
  }
})

test('pages speak Chinese or English, by Accept-Language', async () => {
  const page = (language: string) => createBrowser().get(baseUrl, { 'accept-language': language })
  expect((await page('zh-CN,zh;q=0.9,en;q=0.8')).body).toContain('手写的授权码流程')
  expect((await page('fr')).body).toContain('lang="en"')
})

test('alone it is at 127.0.0.1:7002, as the notes write it, or where its port says', () => {
  expect(readOptions({ CLIENT_SECRET: '222' })).toMatchObject({ port: 7002, baseUrl: 'http://127.0.0.1:7002' })
  expect(readOptions({ CLIENT_SECRET: '222', PORT: '7003' })).toMatchObject({ baseUrl: 'http://127.0.0.1:7003' })
  expect(() => readOptions({})).toThrow('CLIENT_SECRET is missing')
})
