import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createLog } from '@menshen/shared/log'
import { createBrowser } from '@menshen/shared/testing/browser'
import { paramsOf } from '../support/authorize.ts'
import { bookshop } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

/** What is written into the headers of a request must not tell where auth is, nor who asks; and nothing may write into those of an answer. */
const lines: string[] = []
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth({
    log: createLog({ service: 'auth', level: 'info', destination: { write: (line) => lines.push(line) } }),
  })
})
afterAll(() => auth.stop())
beforeEach(() => {
  lines.length = 0
})

interface Raw {
  status: number | undefined
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A request whose headers are just these: fetch would write its own. */
const raw = (path: string, headers: Record<string, string>) =>
  new Promise<Raw>((resolve, reject) => {
    const { hostname, port } = new URL(auth.url)
    request({ hostname, port, path, headers }, (res) => {
      res.toArray().then((chunks) => resolve({ status: res.statusCode, headers: res.headers, body: chunks.join('') }), reject)
    })
      .on('error', reject)
      .end()
  })

const spoofed = {
  host: 'evil.example',
  forwarded: 'host=evil.example;proto=https;for=6.6.6.6',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '666',
  'x-original-url': '/evil.example',
  'x-rewrite-url': '/evil.example',
  'x-forwarded-prefix': '/evil.example',
}

test('Host and X-Forwarded-* are spoofed: every address stays that of the issuer', async () => {
  const request = auth.authorizeUrl(bookshop, { prompt: 'none' }).slice(auth.url.length)
  for (const path of [
    '/.well-known/openid-configuration',
    request,
    auth.authorizeUrl(bookshop).slice(auth.url.length),
    '/nowhere',
  ]) {
    const honest = await raw(path, { host: new URL(auth.url).host })
    const answer = await raw(path, spoofed)
    expect(JSON.stringify(answer)).not.toContain('evil')
    expect(answer.status).toBe(honest.status)
    expect(String(answer.headers['set-cookie'])).not.toMatch(/secure|__Host-|domain/i)
  }
  expect(paramsOf(String((await raw(request, spoofed)).headers['location']))).toMatchObject({ iss: auth.url })
  expect(JSON.parse((await raw('/.well-known/openid-configuration', spoofed)).body)).toMatchObject({
    issuer: auth.url,
    token_endpoint: `${auth.url}/oauth2/token`,
  })
})

test('X-Forwarded-For is spoofed by who is no proxy of ours: the log names the connection', async () => {
  for (const forwarded of ['6.6.6.6', '127.0.0.1, 6.6.6.6', '6.6.6.6, 127.0.0.1'])
    await raw('/nowhere', { host: 'x', 'x-forwarded-for': forwarded, 'x-real-ip': '6.6.6.6' })
  const addresses = lines.map((line) => JSON.parse(line).address).filter(Boolean)
  expect(addresses).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1'])
})

test('x-request-id carries a forged log line or a script: it is replaced by one of ours', async () => {
  for (const given of ['x" , "level":"fatal', '<script>', 'x'.repeat(65), 'a b', '../x']) {
    const { headers } = await raw('/nowhere', { host: 'x', 'x-request-id': given })
    expect(headers['x-request-id']).toMatch(/^[\w.-]{1,64}$/)
    expect(headers['x-request-id']).not.toBe(given)
  }
})

const split = '\r\nSet-Cookie: menshen_session=evil\r\nLocation: https://evil.example\r\n\r\n<script>alert(1)</script>'

test('state carries headers or parameters of an answer: it comes back as it was, and adds none (RFC 6749 section 10.12)', async () => {
  for (const state of [split, 'x&code=evil&iss=https://evil.example', 'x#code=evil', 'x;code=evil', '%0d%0aX: y', '\0']) {
    for (const response_mode of ['query', 'fragment']) {
      const { headers } = await auth.get(
        auth.authorizeUrl(bookshop, { prompt: 'none', state, response_mode }).slice(auth.url.length),
      )
      const location = headers.get('location') ?? ''
      const [address, answer = ''] = location.split(/[?#](.*)/)
      expect(address).toBe(bookshop.redirect_uris[0])
      const told = [...new URLSearchParams(answer)].filter(([name]) => name !== 'error_description')
      expect(told).toEqual([
        ['error', 'login_required'],
        ['state', state],
        ['iss', auth.url],
      ])
      expect(headers.get('set-cookie') ?? '').not.toContain('evil')
    }
  }
})

test('state is written into a page: it stays text', async () => {
  const state = '"><script>alert(1)</script><input name="code" value="evil'
  const { body, headers } = await auth.get(
    auth.authorizeUrl(bookshop, { prompt: 'none', state, response_mode: 'form_post' }).slice(auth.url.length),
  )
  expect(body).toContain('&quot;&gt;&lt;script&gt;alert(1)')
  expect(body).not.toContain('<script>alert')
  expect(body).not.toContain('name="code"')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('an answer is split by whatever a request carries: no header of it, no second answer', async () => {
  const carrying = ['client_id', 'redirect_uri', 'scope', 'login_hint', 'ui_locales', 'display', 'nonce', 'lang', 'prompt']
  for (const name of carrying) {
    const { headers } = await auth.get(auth.authorizeUrl(bookshop, { [name]: `x${split}` }).slice(auth.url.length))
    const location = headers.get('location')
    if (location !== null)
      expect(new URL(location, auth.url).origin).toBe(location.startsWith('/') ? auth.url : 'https://app.example')
    expect(headers.get('set-cookie') ?? '').not.toContain('evil')
    expect([...headers.values()].join(' ')).not.toContain('<script>')
  }
  const browser = createBrowser()
  await browser.get(auth.authorizeUrl(bookshop))
  await browser.follow()
  await browser.get(`${browser.page.url}?lang=${encodeURIComponent(`en${split}`)}`)
  expect(browser.page.headers.get('set-cookie') ?? '').not.toContain('evil')
})
