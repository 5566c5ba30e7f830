import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { phrasesFor } from '../public/phrases.js'
import { createApp } from '../src/app.ts'
import { OptionsError, readOptions } from '../src/options.ts'

const { port: _, ...options } = readOptions({})
let app: Listening
beforeAll(async () => {
  app = await listen(createApp(options))
})
afterAll(() => app.close())

const get = (path: string) => fetch(app.url + path)

test('every file that the page or a module names is served, and nothing else', async () => {
  const seen = new Set<string>()
  async function visit(path: string): Promise<void> {
    if (seen.has(path)) return
    seen.add(path)
    const answer = await get(path)
    expect([path, answer.status]).toEqual([path, 200])
    const text = await answer.text()
    const named = [...text.matchAll(/(?:src|href)="(\/[\w.-]+)"|from '\.(\/[\w.-]+)'/g)].map(
      ([, html, module]) => html ?? module ?? '',
    )
    for (const next of named) await visit(next)
  }
  await visit('/')
  expect(seen.size).toBeGreaterThan(10)
  for (const path of ['/package.json', '/tsconfig.json', '/../src/main.ts', '/%2e%2e/package.json'])
    expect((await get(path)).status).toBe(404)
})

test('the policy lets the app’s own files run and speak to Menshen and its APIs, and nothing else', async () => {
  const policy = (await get('/')).headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
  expect(policy).toContain(
    "connect-src 'self' http://localhost:8060 http://localhost:8061 http://localhost:8062 http://localhost:8063;",
  )
  expect(policy).not.toContain('unsafe')
  expect(await (await get('/config.json')).json()).toEqual(options)
})

test('the page says before the script what it says after it in English', async () => {
  const page = await readFile(new URL('../public/index.html', import.meta.url), 'utf8')
  const places = [
    ...page.matchAll(/data-say="([\w.]+)">([^<]*)</g),
    ...page.matchAll(/data-label="([\w.]+)" aria-label="([^"]*)"/g),
  ]
  expect(places.length).toBeGreaterThan(10)
  for (const [, path = '', text] of places) {
    const phrase = path.split('.').reduce<unknown>((found, name) => Object(found)[name], phrasesFor(['en']))
    expect([path, text]).toEqual([path, phrase])
  }
})

test.each([
  [['zh-CN', 'en'], 'zh-CN'],
  [['fr', 'zh-Hant-TW', 'en'], 'zh-CN'],
  [['en-GB', 'zh'], 'en'],
  [['fr'], 'en'],
])('a phone in %j reads %s', (languages, locale) => {
  expect(phrasesFor(languages).locale).toBe(locale)
})

test('a wait is told in seconds, a long one in minutes', () => {
  const waits = (locale: string) => [1, 20, 90, 91, 3600].map((seconds) => phrasesFor([locale]).signIn.waiting(seconds))
  expect(waits('en')).toEqual(
    ['1 second', '20 seconds', '90 seconds', '2 minutes', '60 minutes'].map((wait) => `Please wait ${wait}`),
  )
  expect(waits('zh')).toEqual(['1 秒', '20 秒', '90 秒', '2 分钟', '60 分钟'].map((wait) => `${wait}后可登录`))
})

test('plain http stays possible only on this machine; every fault is told at once', () => {
  expect(readOptions({ ISSUER: 'https://login.example/' }).issuer).toBe('https://login.example')
  const faults = () => readOptions({ PORT: 'eighty', ISSUER: 'http://login.example', OPEN_API_URL: 'open' })
  expect(faults).toThrow(OptionsError)
  for (const name of ['PORT', 'ISSUER must be https', 'OPEN_API_URL']) expect(faults).toThrow(name)
})
