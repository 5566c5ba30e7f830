import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import type { Suite } from '@menshen/suite/start-suite'
import { challengeFor } from '../services/auth/test/support/start-auth.ts'
import { startTestSuite } from './support/suite.ts'

const page = await readFile('docs/flows.md', 'utf8')
/** What is to be done: an exchange (the request, a blank line, the answer), or what a person does. */
const steps = (markdown: string) => [...markdown.matchAll(/^```http\n([\s\S]*?)^```|^<!-- (alice .*) -->$/gm)]

let suite: Suite
beforeAll(async () => {
  suite = await startTestSuite('sqlite::memory:')
}, 60_000)
afterAll(() => suite.stop())

test('each request of the corrected flow is answered as it stands in docs/flows.md, one after the other', async () => {
  const code_verifier = randomBytes(32).toString('base64url')
  const known = new Map(Object.entries({ state: randomBytes(16).toString('hex'), code_verifier, ...challengeFor(code_verifier) }))
  const browser = createBrowser()
  let exchanges = 0
  for (const [, exchange, act] of steps(page)) {
    if (act !== undefined) await signInAndAgree(browser, known)
    else {
      await holds(here(exchange ?? ''), known, browser)
      exchanges += 1
    }
  }
  expect(exchanges).toBeGreaterThan(10)
}, 60_000)

test('docs/zh-CN/flows.md has the same requests and answers', async () => {
  const chinese = steps(await readFile('docs/zh-CN/flows.md', 'utf8'))
  expect(chinese.map(([, exchange]) => exchange)).toEqual(steps(page).map(([, exchange]) => exchange))
})

/** What stands there, at the addresses of this run. */
function here(text: string): string {
  const { issuer, openApi, thirdPartySite, talentCenter } = suite.addresses
  const moved = { '8060': issuer, '8063': openApi, '8051': thirdPartySite, '8072': talentCenter }
  return Object.entries(moved).reduce(
    (all, [port, address]) =>
      all
        .replaceAll(`localhost:${port}`, new URL(address).host)
        .replaceAll(`localhost%3A${port}`, encodeURIComponent(new URL(address).host)),
    text,
  )
}

async function holds(exchange: string, known: Map<string, string>, browser: Browser): Promise<void> {
  const [request = '', answer = ''] = exchange.split(/^(?=HTTP\/1\.1 )/m)
  const [head = '', body] = filled(request, known).trimEnd().split('\n\n')
  const [line = '', ...lines] = head.split('\n')
  const [method = '', path = ''] = line.split(' ')
  const headers = new Headers(lines.map((header) => header.split(/: (.*)/).slice(0, 2) as [string, string]))
  const url = `http://${headers.get('host')}${path}`
  headers.delete('host')
  const basic = headers.get('authorization')?.match(/^Basic (.*)$/)?.[1]
  if (basic) headers.set('authorization', `Basic ${Buffer.from(basic).toString('base64')}`)
  const cookie = method === 'GET' && path.startsWith('/oauth2/authorize') ? browser.cookies.header(new URL(url)) : undefined
  if (cookie) headers.set('cookie', cookie)
  const response = await fetch(url, { method, headers, redirect: 'manual', ...(body && { body }) })
  browser.cookies.store(new URL(url), response.headers)

  const [wantedHead = '', wantedBody] = answer.trimEnd().split('\n\n')
  const [status = '', ...wantedHeaders] = wantedHead.split('\n')
  expect([line, response.status]).toEqual([line, Number(status.split(' ')[1])])
  for (const [name = '', value = ''] of wantedHeaders.map((header) => header.split(/: (.*)/)))
    learn(value, absolute(response.headers.get(name) ?? '', url, name), known)
  if (wantedBody) {
    const got = (await response.json()) as Record<string, unknown>
    for (const [name, value] of Object.entries(JSON.parse(wantedBody) as Record<string, unknown>))
      if (typeof value === 'string') learn(value, String(got[name]), known)
      else expect({ [name]: got[name] }).toEqual({ [name]: value })
  }
}

const absolute = (value: string, url: string, name: string) => (name === 'Location' ? new URL(value, url).href : value)

/** A text with what is known in the place of its `$names`. */
const filled = (text: string, known: ReadonlyMap<string, string>) =>
  text.replace(/\$(\w+)/g, (whole, name: string) => known.get(name) ?? whole)

/** Compares with what was wanted: `…` is anything, a `$name` that is not known yet becomes known. */
function learn(wanted: string, got: string, known: Map<string, string>): void {
  const names: string[] = []
  const pattern = filled(wanted, known)
    .replace(/[.*+?^{}()|[\]\\]/g, '\\$&')
    .replace(/\$(\w+)/g, (_, name: string) => {
      names.push(name)
      return '([^&]+)'
    })
    .replaceAll('…', '[^&]+')
  const found = new RegExp(`^${pattern}$`).exec(got)
  expect([wanted, found ? 'matches' : got]).toEqual([wanted, 'matches'])
  for (const [i, name] of names.entries()) known.set(name, decodeURIComponent(found?.[i + 1] ?? ''))
}

/** As the person does it, in the browser of the requests. */
async function signInAndAgree(browser: Browser, known: ReadonlyMap<string, string>): Promise<void> {
  const { issuer, thirdPartySite } = suite.addresses
  const asked = {
    response_type: 'code',
    client_id: 'third-party-site',
    redirect_uri: `${thirdPartySite}/callback`,
    scope: 'openid profile learning:read',
    state: 'another',
    code_challenge: known.get('code_challenge') ?? '',
    code_challenge_method: 'S256',
  }
  await browser.get(`${issuer}/oauth2/authorize?${new URLSearchParams(asked)}`)
  await browser.follow(thirdPartySite)
  await browser.submit({ username: 'alice', password: 'alice-demo-password-8060' }, 'password')
  await browser.follow(thirdPartySite)
  await browser.submit({ decision: 'allow' }, 'decision')
}
