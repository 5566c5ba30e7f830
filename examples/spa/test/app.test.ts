import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { phrasesFor } from '../public/phrases.js'
import { createApp } from '../src/app.ts'
import { readOptions } from '../src/options.ts'

const { port: _, ...options } = readOptions({ CLIENT_SECRET: 'a secret' })
let app: Listening
beforeAll(async () => {
  app = await listen(createApp({ ...options, log: () => {} }))
})
afterAll(() => app.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(app.url + path, { headers, redirect: 'manual' })

test('every file that the page or a module names is served, the library too, and nothing else', async () => {
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
  expect([...seen]).toContain('/oauth4webapi.js')
  expect(seen.size).toBeGreaterThan(15)
  for (const path of ['/package.json', '/tsconfig.json', '/oauth4webapi.d.ts', '/../src/main.ts', '/%2e%2e/package.json']) {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('name="failure" content="notFound"')
  }
})

test('the page that holds tokens may speak to Menshen and its APIs; the one with a back end to that alone; only own files run', async () => {
  const policyOf = async (path: string) => (await get(path)).headers.get('content-security-policy') ?? ''
  const [page, backEnd] = [await policyOf('/'), await policyOf('/bff/')]
  expect(page).toContain("connect-src 'self' http://localhost:8060 http://localhost:8061 http://localhost:8062;")
  expect(backEnd).toContain("connect-src 'self';")
  for (const policy of [page, backEnd]) {
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  }
  expect(await (await get('/')).text()).not.toMatch(/<script(?![^>]+src=)|<style|\son\w+=/)
})

test('what the page is told is no secret', async () => {
  const told = await (await get('/config.json')).text()
  expect(JSON.parse(told)).toMatchObject({ issuer: options.issuer, clientId: 'spa', redirect_uri: 'http://localhost:8073/' })
  for (const text of [told, await (await get('/bff/config.json')).text()]) expect(text).not.toContain('secret')
})

test('the page says before the script what it says after it in English, and what is missing without one', async () => {
  const page = await readFile(new URL('../public/index.html', import.meta.url), 'utf8')
  const places = [...page.matchAll(/data-say="([\w.]+)"[^>]*>([^<]*)</g)]
  expect(places.length).toBeGreaterThan(10)
  for (const [, path = '', text] of places) {
    const phrase = path.split('.').reduce<unknown>((found, name) => Object(found)[name], phrasesFor(['en']))
    expect([path, text]).toEqual([path, phrase])
  }
  expect(page).toMatch(/<noscript>.*needs JavaScript.*需要 JavaScript.*<\/noscript>/s)
})

test.each([
  [['zh-CN', 'en'], 'zh-CN'],
  [['fr', 'zh-Hant-TW', 'en'], 'zh-CN'],
  [['en-GB', 'zh'], 'en'],
  [['fr'], 'en'],
])('a browser in %j reads %s', (languages, locale) => {
  expect(phrasesFor(languages).locale).toBe(locale)
})

test('both languages have a word for every failure', () => {
  const kinds = Object.keys(phrasesFor(['en']).failures)
  expect(Object.keys(phrasesFor(['zh']).failures)).toEqual(kinds)
})

test('every fault of the variables is told at once', () => {
  const faults = () => readOptions({ PORT: 'eighty', ISSUER: 'http://login.example', PROJECT_API_URL: 'project' })
  for (const name of ['PORT', 'ISSUER must be https', 'PROJECT_API_URL', 'CLIENT_SECRET']) expect(faults).toThrow(name)
})
