import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { alice, bob } from '../../../services/auth/test/support/people.ts'
import { startAuth, type TestAuth } from '../../../services/auth/test/support/start-auth.ts'
import { type Module, startModule } from './support/start-module.ts'

const minute = 60_000

let auth: TestAuth
let module: Module
let api: Listening
/** What the API was asked with, and what it answers next. */
let asked: string[]
let answers: number[]

beforeAll(async () => {
  auth = await startAuth({ systemTime: true })
  api = await listen({
    callback: () => (req, res) => {
      asked.push(req.headers.authorization ?? '')
      res.writeHead(answers.shift() ?? 200).end('the numbers')
    },
  })
}, 30_000)
afterAll(async () => {
  await auth.stop()
  await api.close()
})
beforeEach(async () => {
  asked = []
  answers = []
  module = await startModule(auth)
})
afterEach(() => module.close())

async function signIn(browser = createBrowser(), person = alice): Promise<Browser> {
  await browser.get(await auth.signInAt(`${module.url}/page`, person, module.client, browser))
  await browser.follow()
  return browser
}
/** Ends what the module got, and tells it nothing. */
async function endGrants({ page }: Browser): Promise<void> {
  const { sid } = JSON.parse(page.body).person
  for (const { grant_id } of await auth.deps.grants.allOfSession(sid)) await auth.deps.grants.revoke(grant_id, 'ended by a test')
}

test('an expired access token is refreshed once, however many wait for it (RFC 9700 section 4.14.2)', async () => {
  const browser = await signIn()
  module.api.url = api.url
  module.pass(10 * minute)
  const pages = await Promise.all([1, 2, 3].map(() => browser.get(`${module.url}/numbers`)))
  expect(pages.map(({ body }) => body)).toEqual(Array(3).fill('200 the numbers'))
  expect(new Set(asked).size).toBe(1)
})

test('an access token that the API refuses is refreshed once, and the call made again', async () => {
  const browser = await signIn()
  module.api.url = api.url
  answers = [401]
  expect((await browser.get(`${module.url}/numbers`)).body).toBe('200 the numbers')
  expect(new Set(asked).size).toBe(2)
})

test('an API that refuses what the login just gave is said to be misconfigured, not asked forever', async () => {
  const browser = await signIn()
  module.api.url = api.url
  answers = [401, 401]
  expect(await browser.get(`${module.url}/numbers`)).toMatchObject({ status: 502, body: 'misconfigured invalid_token' })
  module.pass(minute)
  answers = [401, 401]
  expect((await browser.get(`${module.url}/numbers`)).location).toContain(`${auth.url}/oauth2/authorize`)
})

test('another answer of the API is the module’s own business', async () => {
  const browser = await signIn()
  module.api.url = api.url
  answers = [403]
  expect((await browser.get(`${module.url}/numbers`)).body).toBe('403 the numbers')
  expect(asked).toHaveLength(1)
})

test('when the permission has ended the person signs in again and is back on the page', async () => {
  const browser = await signIn()
  await endGrants(browser)
  const away = await browser.get(`${module.url}/numbers`)
  expect(away.location).toContain(`${auth.url}/oauth2/authorize`)
  await browser.get(await auth.signInAt(away.location ?? '', alice, module.client, browser))
  expect(browser.page.location).toBe(`${module.url}/numbers`)
})

test('a form that meets an ended session is offered again after the sign-in, once', async () => {
  const browser = await signIn()
  module.pass(8 * 60 * minute)
  await browser.post(`${module.url}/page`, { title: '春天 & more' }, { referer: `${module.url}/page?edit=1` })
  await browser.get(await auth.signInAt(browser.page.location ?? '', alice, module.client, browser))
  expect(browser.page.location).toBe(`${module.url}/page?edit=1`)
  await browser.follow()
  expect(JSON.parse(browser.page.body).typed).toEqual({ action: '/page', fields: [['title', '春天 & more']] })
  expect(JSON.parse((await browser.get(`${module.url}/page`)).body).typed).toBeNull()
  expect(module.saved).toEqual([])
})

test('so is a form whose permission ends while it is handled', async () => {
  const browser = await signIn()
  await endGrants(browser)
  await browser.post(`${module.url}/page`, { title: 'spring' }, { referer: `${module.url}/page` })
  await browser.get(await auth.signInAt(browser.page.location ?? '', alice, module.client, browser))
  await browser.follow()
  expect(JSON.parse(browser.page.body).typed.fields).toEqual([['title', 'spring']])
})

test('attack: somebody else who signs in does not see what the first typed', async () => {
  const browser = await signIn()
  module.pass(8 * 60 * minute)
  await browser.post(`${module.url}/page`, { title: 'a secret' }, { referer: `${module.url}/page` })
  const address = new URL(browser.page.location ?? '')
  address.searchParams.set('prompt', 'login')
  await browser.get(await auth.signInAt(address.href, bob, module.client, browser))
  await browser.follow()
  expect(JSON.parse(browser.page.body)).toMatchObject({ person: { sub: bob.sub }, typed: null })
})

test('attack: a form from another site is refused, and nothing of it is kept', async () => {
  const browser = await signIn()
  for (const origin of ['https://evil.example', 'null', ''])
    expect(await browser.post(`${module.url}/page`, { title: 'x' }, { origin })).toMatchObject({ status: 403, body: 'foreign ' })
  expect(module.saved).toEqual([])
})

test('a form with more than there is room for is said to be too long', async () => {
  const browser = await signIn()
  expect(await browser.post(`${module.url}/page`, { title: 'x'.repeat(70_000) })).toMatchObject({ status: 413, body: 'tooLong ' })
})

test('a script is told, as it can’t follow to a page', async () => {
  const { status, body } = await createBrowser().get(`${module.url}/numbers`, { 'sec-fetch-dest': 'empty' })
  expect([status, JSON.parse(body)]).toEqual([401, { error: 'login_required' }])
})

test('a session ends after eight hours', async () => {
  const browser = await signIn()
  module.pass(8 * 60 * minute)
  expect((await browser.get(`${module.url}/`)).body).toBe('welcome stranger')
})
