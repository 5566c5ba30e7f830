import { expect } from '@jest/globals'
import type { Browser } from '@menshen/shared/testing/browser'
import type { Suite } from '@menshen/suite/start-suite'

/**
 * What a page tells to do, in its order: an exchange (the request, a blank line, the answer), what a person does (a comment), or what is in a token
 * (a comment that names it, and its claims).
 */
const step =
  /^```http\n(?<exchange>[\s\S]*?)^```|^<!-- (?<person>alice|bob) .* -->$|^<!-- \$(?<token>\w+) -->\n+```json\n(?<claims>[\s\S]*?)^```/gm

/** Those of a page, also within the items of a list. */
export const stepsOf = (markdown: string) => [...markdown.replace(/^ {3}/gm, '').matchAll(step)].map(({ groups = {} }) => groups)

/** The ports of a usual start. */
const ports = {
  issuer: 8060,
  userApi: 8061,
  projectApi: 8062,
  openApi: 8063,
  thirdPartySite: 8051,
  projectCenter: 8071,
  talentCenter: 8072,
  spa: 8073,
  mobileApp: 8074,
} satisfies Partial<Record<keyof Suite['addresses'], number>>

/** What stands on a page, at the addresses of this run. */
function here(text: string, addresses: Suite['addresses']): string {
  return Object.entries(ports).reduce((all, [name, port]) => {
    const { host } = new URL(addresses[name as keyof typeof ports])
    return all.replaceAll(`localhost:${port}`, host).replaceAll(`localhost%3A${port}`, encodeURIComponent(host))
  }, text)
}

interface Reader {
  addresses: Suite['addresses']
  browser: Browser
  /** The values that the `$names` of the page stand for. */
  known: Map<string, string>
}

/** Does what a page tells, one step after the other, and compares what comes. Gives the number of exchanges. */
export async function follow(markdown: string, reader: Reader): Promise<number> {
  const steps = stepsOf(here(markdown, reader.addresses))
  for (const { exchange, person, token, claims } of steps) {
    if (exchange !== undefined) await holds(exchange, reader)
    else if (person !== undefined) await signInAndAgree(person, reader)
    else hasMembers(claimsOf(reader.known.get(token ?? '') ?? ''), claims ?? '', reader.known)
  }
  return steps.filter(({ exchange }) => exchange !== undefined).length
}

async function holds(exchange: string, reader: Reader): Promise<void> {
  if (exchange.startsWith('HTTP/')) return isRedirect(exchange, reader)
  const [request = '', answer = ''] = exchange.split(/^(?=HTTP\/1\.1 )/m)
  const [head = '', body] = filled(request, reader.known).trimEnd().split('\n\n')
  const [line = '', ...lines] = head.split('\n')
  const [method = '', path = ''] = line.split(' ')
  const headers = new Headers(lines.map((header) => header.split(/: (.*)/).slice(0, 2) as [string, string]))
  const url = `http://${headers.get('host')}${path}`
  headers.delete('host')
  const basic = headers.get('authorization')?.match(/^Basic (.*:.*)$/)?.[1]
  if (basic) headers.set('authorization', `Basic ${Buffer.from(basic).toString('base64')}`)

  const { status, fields, members } = partsOf(answer)
  const got = await send(url, { method, headers, body, redirected: status >= 300 && status < 400 }, reader)
  expect([line, got.status, status === got.status ? '' : got.body]).toEqual([line, status, ''])
  for (const [name = '', value = ''] of fields) {
    const came =
      name === 'Location' ? got.location : name === 'Set-Cookie' ? cookieLike(value, got.headers) : got.headers.get(name)
    learn(value, came ?? '', reader.known)
  }
  if (members) hasMembers(JSON.parse(got.body), members, reader.known)
}

interface Sent {
  method: string
  headers: Headers
  body: string | undefined
  redirected: boolean
}

/** As the browser, with its cookies, what is to be redirected; as a server or a script what is not. */
async function send(url: string, { method, headers, body, redirected }: Sent, { browser }: Reader) {
  if (redirected && method === 'GET') return browser.get(url, Object.fromEntries(headers))
  const response = await fetch(url, { method, headers, redirect: 'manual', ...(body && { body }) })
  return {
    status: response.status,
    headers: response.headers,
    body: await response.text(),
    location: response.headers.get('location'),
  }
}

/** The cookie of that name. */
const cookieLike = (cookie: string, headers: Headers) =>
  headers.getSetCookie().find((set) => set.split('=')[0] === cookie.split('=')[0])

/** The browser is led there by what it did last. */
function isRedirect(answer: string, { browser, known }: Reader): void {
  const { status, fields } = partsOf(answer)
  expect(browser.page.status).toBe(status)
  for (const [, value = ''] of fields) learn(value, browser.page.location ?? '', known)
}

function partsOf(answer: string) {
  const [head = '', members] = answer.trimEnd().split('\n\n')
  const [status = '', ...fields] = head.split('\n')
  return { status: Number(status.split(' ')[1]), fields: fields.map((field) => field.split(/: (.*)/)), members }
}

function hasMembers(got: Record<string, unknown>, wanted: string, known: Map<string, string>): void {
  for (const [name, value] of Object.entries(JSON.parse(wanted) as Record<string, unknown>))
    if (typeof value === 'string') learn(value, String(got[name] ?? ''), known)
    else expect({ [name]: got[name] }).toEqual({ [name]: value })
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

/** A text with what is known in the place of its `$names`. */
const filled = (text: string, known: ReadonlyMap<string, string>) =>
  text.replace(/\$(\w+)/g, (whole, name: string) => known.get(name) ?? whole)

/** Compares with what was wanted: `…` and a `$name` that becomes known by it are anything up to a `&`, at the end anything. */
function learn(wanted: string, got: string, known: Map<string, string>): void {
  const names: string[] = []
  const pattern = filled(wanted, known)
    .replace(/[.*+?^{}()|[\]\\]/g, '\\$&')
    .replace(/\$(\w+)/g, (_, name: string) => {
      names.push(name)
      return '(…)'
    })
    .replace(/…(?=\)?$)/, '.+')
    .replaceAll('…', '[^&]+')
  const found = new RegExp(`^${pattern}$`).exec(got)
  expect([wanted, found ? 'matches' : got]).toEqual([wanted, 'matches'])
  for (const [i, name] of names.entries()) known.set(name, found?.[i + 1] ?? '')
}

/** As a person does it: every page that the last redirect leads to, until the browser is sent away from auth, or rests on a page. */
async function signInAndAgree(username: string, { addresses: { issuer }, browser }: Reader): Promise<void> {
  while (browser.page.location !== undefined || browser.page.url.startsWith(`${issuer}/interaction/`)) {
    const { location, url } = browser.page
    if (location !== undefined && !location.startsWith(`${issuer}/`) && url.startsWith(`${issuer}/`)) return
    if (location !== undefined) await browser.get(location)
    else if (url.endsWith('/sign-in')) await browser.submit({ username, password: `${username}-demo-password-8060` }, 'password')
    else await browser.submit({ decision: 'allow' }, 'decision')
  }
}
