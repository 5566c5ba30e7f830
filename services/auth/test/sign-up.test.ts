import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { CloudEvent } from '@menshen/shared/events'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { listen } from '@menshen/shared/testing/http'
import { decodeJwt } from 'jose'
import { createApp } from '../src/app.ts'
import { OAuthError } from '../src/core/errors.ts'
import { identifiers, passwords, users } from '../src/stores/users.ts'
import { atSignIn, callback, csrfIn, paramsOf } from './support/pages.ts'
import { alice, bookshop, projectCenter } from './support/people.ts'
import { challengeFor, startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
const created: CloudEvent[] = []
beforeAll(async () => {
  auth = await startAuth({ env: { SIGN_UP_ADDRESS_LIMIT: '1000' } })
  await auth.bus.listen({ handlers: { 'user.created': (event) => void created.push(event) } })
})
afterAll(() => auth.stop())

const password = 'seven herons over the canal'

async function atSignUp(browser = createBrowser()): Promise<Browser> {
  await browser.get(`${auth.url}/sign-up`)
  expect(browser.page.status).toBe(200)
  return browser
}
async function tryToSignUp(filled: Record<string, string>, browser?: Browser): Promise<Browser> {
  const at = await atSignUp(browser)
  await at.submit({ password, ...filled }, 'new-password')
  return at
}
const faultsIn = ({ page }: Browser) => [...page.body.matchAll(/<li><a href="#(\w+)">/g)].map(([, field]) => field)
const userNamed = async (id: string) => {
  const found = await auth.database.collection(identifiers).find({ id })
  return found && (await auth.database.collection(users).find({ sub: found.sub }))
}

test('signing up at the request of an app makes an account, signs in, and the request goes on', async () => {
  const verifier = 'v'.repeat(43)
  const browser = await atSignIn(auth, challengeFor(verifier))
  expect(browser.page.body).toContain(browser.page.url.slice(auth.url.length).replace('sign-in', 'sign-up'))
  await browser.get(browser.page.url.replace('sign-in', 'sign-up'))
  expect(browser.page.body).toContain('Create an account to continue to Bookshop')
  await browser.submit({ username: 'Dora', name: 'Dora Wang', email: 'dora@example.com', password }, 'new-password')
  await browser.follow(callback)
  expect(browser.page.url).toContain('/consent')
  await browser.submit({ decision: 'allow' }, 'decision')
  const { code = '' } = paramsOf((await browser.follow(callback)).location)
  const { body } = await auth.redeem(bookshop, { code, verifier })
  const user = await userNamed('username:dora')
  expect(decodeJwt(body.id_token)).toMatchObject({ sub: user?.sub, amr: ['pwd'] })
  expect(user).toMatchObject({
    preferred_username: 'Dora',
    claims: { name: 'Dora Wang', email: 'dora@example.com', email_verified: false },
    version: 1,
  })
  expect(created.filter(({ subject }) => subject === user?.sub)).toEqual([
    expect.objectContaining({ data: { sub: user?.sub, preferred_username: 'Dora', claims: user?.claims, version: 1 } }),
  ])
})

test('the e-mail address is not verified: it identifies nobody, and takes nothing from its owner', async () => {
  await tryToSignUp({ username: 'emil', email: 'emil@example.com' })
  expect(await auth.database.collection(identifiers).find({ id: 'email:emil@example.com' })).toBeUndefined()
  expect((await tryToSignUp({ username: 'emil2', email: 'emil@example.com' })).page.status).toBe(303)
  expect((await auth.passwordGrant({ ...alice, username: 'emil@example.com', password })).status).toBe(400)
  expect((await auth.passwordGrant({ ...alice, username: 'ＥＭＩＬ', password })).status).toBe(200)
})

test('without an app it leads to /, with a session of this browser', async () => {
  const browser = await tryToSignUp({ username: 'frida' })
  expect(browser.page).toMatchObject({ status: 303, location: `${auth.url}/` })
  expect((await browser.follow()).body).toContain('frida')
  expect((await userNamed('username:frida'))?.claims).toEqual({})
})

test.each([
  ['a name that is taken, in another case and width', { username: 'ＡLICE' }, ['username']],
  ['no name', { username: '  ' }, ['username']],
  ['a name like an e-mail address', { username: 'gert@example.com' }, ['username']],
  ['a name like a phone number', { username: '+49 30 123456' }, ['username']],
  ['an invisible name', { username: 'ge\u200brt' }, ['username']],
  ['what is no e-mail address', { username: 'gert', email: 'gert@localhost' }, ['email']],
  ['a name of many lines', { username: 'gert', name: 'a\nb' }, ['name']],
  ['a short password', { username: 'gert', password: '汉字漢字七个字' }, ['password']],
  ['a password of few characters that take much room', { username: 'gert', password: '😀😀😀😀😀' }, ['password']],
  ['a long password', { username: 'gert', password: 'x'.repeat(257) }, ['password']],
  ['the user name as password', { username: 'gertrude', password: 'GERTRUDE' }, ['password']],
  ['a common password', { username: 'gert', password: 'PassWord123' }, ['password']],
  ['several faults at once', { username: '@', email: '@', password: '' }, ['username', 'email', 'password']],
])('%s is refused, and what was typed stays', async (_, filled, fields) => {
  const browser = await tryToSignUp({ name: 'Gert', ...filled } as Record<string, string>)
  expect([browser.page.status, faultsIn(browser)]).toEqual([400, fields])
  for (const field of fields)
    expect(browser.page.body).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"[^>]*aria-describedby="${field}-fault`))
  if (!('name' in filled)) expect(browser.page.body).toContain('value="Gert"')
  expect(browser.page.body).not.toContain(password)
  expect(await userNamed('username:gert')).toBeUndefined()
})

test.each(['x'.repeat(256), 'correct horse', '汉字漢字八个字符', '😀😀😀😀😀😀😀😀'])(
  'any other password of 8 to 256 characters will do (NIST SP 800-63B): %s',
  async (good) => {
    const username = `user-${good.codePointAt(0)}-${good.length}`
    expect((await tryToSignUp({ username, password: good })).page.status).toBe(303)
    expect((await auth.passwordGrant({ ...alice, username, password: good })).status).toBe(200)
  },
)

test('of two who want one name at once one gets it; the other is told so, loses nothing typed and leaves nothing behind', async () => {
  const [one, two] = [await atSignUp(), await atSignUp()]
  const before = (await auth.database.collection(users).list({})).length
  await Promise.all([
    one.submit({ username: 'Heidi', name: 'First', password }, 'new-password'),
    two.submit({ username: 'heidi', name: 'Second', email: 'second@example.com', password }, 'new-password'),
  ])
  const [winner, loser] = one.page.status === 303 ? [one, two] : [two, one]
  expect([winner.page.status, loser.page.status, faultsIn(loser)]).toEqual([303, 400, ['username']])
  expect(loser.page.body).toContain('This user name is taken')
  expect(loser.page.body).toMatch(/value="[Hh]eidi"[\s\S]*value="(First|Second)"/)
  const all = await auth.database.collection(users).list({})
  expect(all).toHaveLength(before + 1)
  expect(await auth.database.collection(passwords).list({})).toHaveLength(all.length)
})

test('a name is taken in the transaction that makes the account, not only by a look before it', async () => {
  const person = { preferred_username: 'alice', claims: {}, identifiers: ['username:alice'], hash: 'h' }
  expect(await auth.deps.users.create({ sub: 'second-alice', ...person })).toBe(false)
  expect(await auth.deps.users.find('second-alice')).toBeUndefined()
})

test('a form from elsewhere signs nobody up: no token, or that of another browser', async () => {
  const browser = await atSignUp()
  const stranger = await atSignUp()
  for (const csrf of ['', csrfIn(stranger)]) {
    await browser.post(`${auth.url}/sign-up`, { csrf, username: 'ivan', password })
    expect(browser.page.status).toBe(403)
    expect(browser.page.body).toContain('value="ivan"')
  }
  expect(await userNamed('username:ivan')).toBeUndefined()
})

test('what was typed is shown as text', async () => {
  const browser = await tryToSignUp({ username: '"><script>@', name: '"><b>' })
  expect(browser.page.body).not.toMatch(/<script|<b>/)
})

describe('many sign-ups from one address', () => {
  let small: TestAuth
  beforeAll(async () => {
    small = await startAuth({ env: { SIGN_UP_ADDRESS_LIMIT: '3' } })
  })
  afterAll(() => small.stop())

  async function signUp(username: string, chosen = password): Promise<Browser> {
    const browser = createBrowser()
    await browser.get(`${small.url}/sign-up`)
    return browser.submit({ username, name: 'Lea', password: chosen }, 'new-password').then(() => browser)
  }

  test('are 429 with Retry-After after the limit, taken names included; what was typed stays, and an hour later it goes on', async () => {
    const answers = await Promise.all(['lea1', 'alice', 'lea2', 'lea3', 'alice', 'lea4'].map((username) => signUp(username)))
    expect(answers.filter(({ page }) => page.status === 429)).toHaveLength(3)
    const browser = await signUp('lea5')
    expect([browser.page.status, browser.page.headers.get('retry-after')]).toEqual([429, '3600'])
    expect(browser.page.body).toContain('Too many tries. Wait 60 minutes')
    expect(browser.page.body).toMatch(/value="lea5"[\s\S]*value="Lea"/)
    small.clock.advance(3_601_000)
    expect((await signUp('lea5')).page.status).toBe(303)
  })

  test('what is refused before the name is looked up does not count', async () => {
    small.clock.advance(3_601_000)
    for (let i = 0; i < 5; i++) expect((await signUp('mia', 'short')).page.status).toBe(400)
    expect((await signUp('mia')).page.status).toBe(303)
  })

  test('a sign-up that finds the server busy is 503 and loses nothing typed', async () => {
    small.clock.advance(3_601_000)
    const busy = { ...small.deps.passwords, hash: () => Promise.reject(new OAuthError('temporarily_unavailable', 'too many')) }
    const server = await listen(createApp({ ...small.deps, passwords: busy }))
    const browser = createBrowser()
    await browser.get(`${server.url}/sign-up`)
    await browser.submit({ username: 'nia', password }, 'new-password')
    expect(browser.page.status).toBe(503)
    expect(browser.page.body).toContain('value="nia"')
    await server.close()
    expect((await signUp('nia')).page.status).toBe(303)
  })
})

describe('prompt=create (Initiating User Registration via OpenID Connect section 4)', () => {
  async function atCreate(browser = createBrowser()): Promise<Browser> {
    await browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid', prompt: 'create' }))
    await browser.follow(callback)
    expect(browser.page.url).toMatch(/\/sign-up$/)
    return browser
  }

  test('shows the sign-up page first, also to who is signed in, and goes on as the new person', async () => {
    const browser = createBrowser()
    await auth.approve(alice, { client: projectCenter, scope: 'openid', browser })
    await atCreate(browser)
    await browser.submit({ username: 'judy', password }, 'new-password')
    const { location } = await browser.follow(callback)
    expect(location).toContain('code=')
  })

  test('who has an account already signs in instead', async () => {
    const browser = await atCreate()
    const [, signIn = ''] = /href="([^"]+sign-in[^"]*)"/.exec(browser.page.body) ?? []
    await browser.get(auth.url + signIn.replace('&amp;', '&'))
    expect(browser.page.status).toBe(200)
    await browser.submit({ username: alice.username, password: alice.password }, 'password')
    expect((await browser.follow(callback)).location).toContain('code=')
  })

  test('is offered in the metadata', async () => {
    const { body } = await auth.get('/.well-known/openid-configuration')
    expect(body.prompt_values_supported).toContain('create')
  })
})

describe('with SIGN_UP=off', () => {
  let closed: TestAuth
  beforeAll(async () => {
    closed = await startAuth({ env: { SIGN_UP: 'off' } })
  })
  afterAll(() => closed.stop())

  test('there is no page, no link, and no prompt=create', async () => {
    const browser = await atSignIn(closed)
    expect(browser.page.body).not.toContain('sign-up')
    await browser.get(browser.page.url.replace('sign-in', 'sign-up'))
    expect(browser.page.status).toBe(404)
    expect((await closed.get('/sign-up')).status).toBe(404)
    expect((await closed.post('/sign-up', { username: 'kim', password })).status).toBe(404)
    expect((await closed.get('/')).body).not.toContain('sign-up')
    const { body } = await closed.get('/.well-known/openid-configuration')
    expect(body.prompt_values_supported).not.toContain('create')
    await browser.get(closed.authorizeUrl(bookshop, { prompt: 'create' }))
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'invalid_request' })
  })
})
