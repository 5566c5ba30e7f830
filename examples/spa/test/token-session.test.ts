import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { register } from '../../../services/auth/test/support/authorize.ts'
import { alice, reader } from '../../../services/auth/test/support/people.ts'
import { startAuth, type TestAuth } from '../../../services/auth/test/support/start-auth.ts'
import type { Session } from '../public/token-session.js'
import { createTab, type Tab } from './tab.ts'

const origin = 'http://localhost:8073'
const spa = { ...reader, client_id: 'spa', client_name: 'SPA', first_party: true, redirect_uris: [`${origin}/`] }
const lifetime = 600_000

let auth: TestAuth
let api: Listening
/** What the API was asked with, and what it answers next. */
let asked: string[]
let answers: number[]
/** The grants that auth was asked for. */
let grants: string[]

beforeAll(async () => {
  auth = await startAuth({ systemTime: true, env: { LOOPBACK_WEB_ORIGINS: origin } })
  await register(auth, spa)
  await auth.setClient(spa, { post_logout_redirect_uris: [`${origin}/`] })
  api = await listen({
    callback: () => (req, res) => {
      asked.push(req.headers.authorization ?? '')
      res.writeHead(answers.shift() ?? 200).end('{}')
    },
  })
}, 30_000)
afterAll(async () => {
  await auth.stop()
  await api.close()
})

const realFetch = fetch
beforeEach(() => {
  asked = []
  answers = []
  grants = []
  globalThis.fetch = (target, init) => {
    if (String(target).endsWith('/oauth2/token'))
      grants.push(new URLSearchParams(String(init?.body)).get('grant_type') ?? 'unknown')
    return realFetch(target, init)
  }
})
afterAll(() => {
  globalThis.fetch = realFetch
})

/** The status of an answer, or the kind of the failure. */
const outcomeOf = (calling: Promise<Response>): Promise<unknown> =>
  calling.then(
    ({ status }) => status,
    ({ kind }) => kind,
  )
const newTab = () => createTab({ issuer: auth.url, redirect_uri: `${origin}/`, userApiUrl: api.url, projectApiUrl: api.url })
const ended = { message: 'the page has ended' }

/** The way to Menshen and back; who signs in there, if anybody does. */
async function goThere(tab: Tab, browser = createBrowser(), person?: typeof alice) {
  const back = person ? await auth.signInAt(tab.left, person, spa, browser) : (await browser.get(tab.left)).location
  tab.address = back ?? ''
  return browser
}
async function signedIn(tab = newTab(), browser = createBrowser()): Promise<Session> {
  await expect(tab.load().signIn()).rejects.toMatchObject(ended)
  await goThere(tab, browser, alice)
  const session = tab.load()
  expect(await session.open()).toEqual({ sub: alice.sub })
  return session
}

test('a page that is loaded asks Menshen without a page of its own; nobody there is an answer (OpenID Connect Core section 3.1.2.6)', async () => {
  const tab = newTab()
  tab.address = `${origin}/#projects`
  await expect(tab.load().open()).rejects.toMatchObject(ended)
  expect(Object.fromEntries(new URL(tab.left).searchParams)).toMatchObject({ prompt: 'none', code_challenge_method: 'S256' })
  await goThere(tab)
  expect(await tab.load().open()).toBeUndefined()
  expect(tab.address).toBe(`${origin}/#projects`)
})

test('who signs in comes back to the same place, and a reload keeps them in; no token lies in the tab’s storage', async () => {
  const tab = newTab()
  const browser = createBrowser()
  tab.address = `${origin}/#profile`
  await signedIn(tab, browser)
  expect(tab.address).toBe(`${origin}/#profile`)

  await expect(tab.load().open()).rejects.toMatchObject(ended)
  await goThere(tab, browser)
  const session = tab.load()
  expect(await session.open()).toEqual({ sub: alice.sub })
  expect((await session.fetch(`${api.url}/users/me`)).status).toBe(200)
  expect(asked[0]).toMatch(/^Bearer eyJ/)
  expect([...tab.kept.keys()]).toEqual([])
})

test('an answer that this tab did not ask for is not taken, and spoils no sign-in that it did ask for (RFC 6749 section 10.12)', async () => {
  const tab = newTab()
  await expect(tab.load().signIn()).rejects.toMatchObject(ended)
  await goThere(tab, createBrowser(), alice)
  const own = tab.address
  tab.address = own.replace(/state=[^&]+/, 'state=foreign')
  await expect(tab.load().open()).rejects.toMatchObject({ kind: 'stale' })
  expect(tab.address).toBe(`${origin}/`)
  expect(grants).toEqual([])
  tab.address = own
  expect(await tab.load().open()).toEqual({ sub: alice.sub })
})

test('an answer counts once', async () => {
  const tab = newTab()
  await expect(tab.load().signIn()).rejects.toMatchObject(ended)
  await goThere(tab, createBrowser(), alice)
  const own = tab.address
  await tab.load().open()
  tab.address = own
  await expect(tab.load().open()).rejects.toMatchObject({ kind: 'stale' })
  expect(grants).toEqual(['authorization_code'])
})

test('an answer of another issuer is not taken, its code is sent nowhere (RFC 9207 section 2.4)', async () => {
  const tab = newTab()
  await expect(tab.load().signIn()).rejects.toMatchObject(ended)
  await goThere(tab, createBrowser(), alice)
  tab.address = tab.address.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fforeign.example')
  await expect(tab.load().open()).rejects.toMatchObject({ kind: 'stale' })
  expect(grants).toEqual([])
})

test.each([
  ['access_denied', 'refused'],
  ['temporarily_unavailable', 'unreachable'],
  ['unauthorized_client', 'misconfigured'],
])('the answer %s is told as %s', async (error, kind) => {
  const tab = newTab()
  await expect(tab.load().signIn()).rejects.toMatchObject(ended)
  const state = new URL(tab.left).searchParams.get('state') ?? ''
  tab.address = `${origin}/?${new URLSearchParams({ error, state, iss: auth.url })}`
  await expect(tab.load().open()).rejects.toMatchObject({ kind, code: error })
})

test('a page at the other name of this machine goes to the registered one', async () => {
  const tab = newTab()
  tab.address = 'http://127.0.0.1:8073/'
  await expect(tab.load().open()).rejects.toMatchObject(ended)
  expect(tab.left).toBe(`${origin}/`)
})

test('tokens are refreshed once before they end, however many calls wait for them (RFC 9700 section 4.14.2)', async () => {
  const tab = newTab()
  const session = await signedIn(tab)
  tab.ahead += lifetime - 20_000
  const calls = [1, 2, 3].map(() => outcomeOf(session.fetch(`${api.url}/projects`)))
  expect(await Promise.all(calls)).toEqual([200, 200, 200])
  expect(grants).toEqual(['authorization_code', 'refresh_token'])
  expect(new Set(asked).size).toBe(1)
})

test('two tabs of one browser refresh at once: each has tokens of its own, neither ends the other’s', async () => {
  const browser = createBrowser()
  const [one, two] = [newTab(), newTab()]
  const sessions = [await signedIn(one, browser)]
  await expect(two.load().open()).rejects.toMatchObject(ended)
  await goThere(two, browser)
  const second = two.load()
  await second.open()
  sessions.push(second)
  for (let i = 0; i < 2; i++) {
    one.ahead += lifetime
    two.ahead += lifetime
    const statuses = await Promise.all(sessions.map(async (session) => (await session.fetch(`${api.url}/projects`)).status))
    expect(statuses).toEqual([200, 200])
  }
  expect(grants.filter((grant) => grant === 'refresh_token')).toHaveLength(4)
})

test('a token that an API refuses is replaced once, for all calls that it refuses', async () => {
  const session = await signedIn()
  answers = [401, 401]
  const all = await Promise.all([1, 2].map(() => session.fetch(`${api.url}/projects`)))
  expect(all.map(({ status }) => status)).toEqual([200, 200])
  expect(grants).toEqual(['authorization_code', 'refresh_token'])
})

test('an API that refuses what Menshen just gave is said to be misconfigured; later a new sign-in is tried', async () => {
  const tab = newTab()
  const session = await signedIn(tab)
  answers = [401, 401]
  await expect(session.fetch(`${api.url}/projects`)).rejects.toMatchObject({ kind: 'misconfigured' })
  tab.ahead += 60_000
  answers = [401, 401]
  await expect(session.fetch(`${api.url}/projects`)).rejects.toMatchObject({ kind: 'ended' })
})

test('when Menshen has ended the grant, only a new sign-in helps; the API is not asked again', async () => {
  const session = await signedIn()
  for (const { sid } of await auth.deps.sessions.standingOf(alice.sub))
    for (const { grant_id } of await auth.deps.grants.allOfSession(sid))
      await auth.deps.grants.revoke(grant_id, 'ended by a test')
  answers = [401]
  await expect(session.fetch(`${api.url}/projects`)).rejects.toMatchObject({ kind: 'ended' })
  expect(asked).toHaveLength(1)
})

test('a refresh that got no answer is tried again with the next call; nobody is signed out by a tunnel', async () => {
  const tab = newTab()
  const session = await signedIn(tab)
  tab.ahead += lifetime
  const counting = globalThis.fetch
  globalThis.fetch = () => Promise.reject(new TypeError('fetch failed'))
  await expect(session.fetch(`${api.url}/projects`)).rejects.toMatchObject({ kind: 'unreachable' })
  globalThis.fetch = counting
  expect((await session.fetch(`${api.url}/projects`)).status).toBe(200)
})

test('who has signed out in the middle of a refresh stays out', async () => {
  const tab = newTab()
  const session = await signedIn(tab)
  tab.ahead += lifetime
  const calling = outcomeOf(session.fetch(`${api.url}/projects`))
  session.forget()
  expect(await calling).toBe('ended')
  await expect(session.fetch(`${api.url}/projects`)).rejects.toMatchObject({ kind: 'ended' })
  expect(asked).toEqual([])
})

test('an access token goes to the app’s own APIs, nowhere else', async () => {
  const session = await signedIn()
  for (const address of ['https://elsewhere.example/', `${api.url}.elsewhere.example/`])
    await expect(session.fetch(address)).rejects.toThrow('is of no API of this app')
  expect(asked).toEqual([])
})

test('signing out forgets the tokens and posts the ID token to Menshen, in no address (RP-Initiated Logout section 2)', async () => {
  const tab = newTab()
  const browser = createBrowser()
  const session = await signedIn(tab, browser)
  await session.signOut()
  await expect(session.fetch(`${api.url}/projects`)).rejects.toMatchObject({ kind: 'ended' })
  const { action = '', fields = {} } = tab.sent
  expect(action).toBe(`${auth.url}/oauth2/end_session`)
  await browser.post(action, fields as Record<string, string>)
  expect((await browser.follow(origin)).location).toBe(`${origin}/`)
  tab.address = `${origin}/`
  await expect(tab.load().open()).rejects.toMatchObject(ended)
  await goThere(tab, browser)
  expect(await tab.load().open()).toBeUndefined()
})
