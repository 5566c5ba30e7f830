import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { alice, type TestClient } from '../../services/auth/test/support/people.ts'
import type { Answer, TestAuth } from '../../services/auth/test/support/start-auth.ts'

/** A request as a note writes it. */
export interface Written {
  method: string
  path: string
  headers: Record<string, string>
  body: string | undefined
}

/** Reads a message or an address, broken over lines or not; what stands for a value in it (`APPID`) is replaced. The host is left behind. */
export function written(text: string, values: Readonly<Record<string, string>> = {}): Written {
  const [head = '', body] = filled(text.trim().replace(/\n\s*&/g, '&'), values).split('\n\n')
  const [line = '', ...rest] = head.split('\n')
  const [method = '', address = ''] = /^(GET|POST) /.test(line) ? line.split(' ') : ['GET', line]
  const { pathname, search } = new URL(address, 'http://note.example')
  const headers = Object.fromEntries(rest.flatMap(headerOf).filter(([name]) => name !== 'host'))
  return { method, path: pathname + search, headers, body }
}

const headerOf = (line: string): Array<[string, string]> =>
  [...line.matchAll(/([\w-]+): (.*)$/g)].map(([, name = '', value = '']) => [name.toLowerCase(), value])

function filled(text: string, values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values).sort((a, b) => b.length - a.length)
  return names.length === 0
    ? text
    : text.replace(new RegExp(names.join('|'), 'g'), (name) => encodeURIComponent(values[name] ?? ''))
}

/** Sends it to this server, whatever host the note names. */
export async function send(auth: TestAuth, { method, path, headers, body }: Written): Promise<Answer> {
  return method === 'GET' ? auth.get(path, headers) : auth.post(path, body ?? '', headers)
}

/** Lets alice sign in and agree at an address of the note; gives what came back to the app. */
export async function agree(auth: TestAuth, { path }: Pick<Written, 'path'>, client: TestClient): Promise<URL> {
  return new URL(await auth.signInAt(auth.url + path, alice, client))
}

/** The same; gives the code. */
export const codeAt = async (auth: TestAuth, asked: Pick<Written, 'path'>, client: TestClient): Promise<string> =>
  (await agree(auth, asked, client)).searchParams.get('code') ?? ''

/** A path with a query; what is left out of a table's row is `undefined`. */
export const asking = (path: string, params: Readonly<Record<string, string | undefined>>): { path: string } => ({
  path: `${path}?${form(params)}`,
})

export const form = (params: Readonly<Record<string, string | undefined>>): string =>
  new URLSearchParams(Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString()

/** Goes to an address of the demo, signs alice in and agrees, where that is asked; gives where the app is told, without going there. */
export async function agreeInDemo(address: string, app: string, browser: Browser = createBrowser()): Promise<URL> {
  await browser.get(address)
  await browser.follow(app)
  if (browser.page.url.includes('/sign-in'))
    await browser.submit({ username: 'alice', password: 'alice-demo-password-8060' }, 'password')
  await browser.follow(app)
  if (browser.page.url.endsWith('/consent')) await browser.submit({ decision: 'allow' }, 'decision')
  const { location, url, body } = await browser.follow(app)
  if (!location) throw new Error(`no way back to the app, but ${url}: ${body}`)
  return new URL(location)
}

export interface Told {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of an answer, which the test looks into
  body: any
}

/** Sends a request as it is, and reads the JSON of the answer. */
export async function ask(address: string, init: RequestInit = {}): Promise<Told> {
  const response = await fetch(address, { redirect: 'manual', ...init })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}
