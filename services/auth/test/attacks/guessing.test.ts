import { EventEmitter, once } from 'node:events'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createLog } from '@menshen/shared/log'
import { createBrowser } from '@menshen/shared/testing/browser'
import { emailId } from '../../src/core/identifiers.ts'
import { identifiers, users } from '../../src/stores/users.ts'
import { open } from '../support/authorize.ts'
import { alice, bob, bookshop, mobileApp, projectCenter } from '../support/people.ts'
import { type Answer, type StartOptions, startAuth, type TestAuth } from '../support/start-auth.ts'

jest.setTimeout(30_000) // each guess is really hashed

/** Whoever guesses passwords. Their addresses are told by a proxy that we trust. */
let auth: TestAuth
const start = async (env: Record<string, string> = {}, options: StartOptions = {}) => {
  auth = await startAuth({ env: { TRUSTED_PROXIES: '127.0.0.0/8,::1', ...env }, ...options })
}
afterEach(async () => {
  jest.restoreAllMocks()
  await auth.stop()
})

const noWaits = { SIGN_IN_FREE_FAILURES: '1000' }
const stranger = '198.51.100.7'

function guess(username: string, { password = 'a wrong guess', address = stranger, ...more }: Record<string, string> = {}) {
  const form = { grant_type: 'password', client_id: mobileApp.client_id, username, password, ...more }
  return auth.post('/oauth2/token', form, { 'x-forwarded-for': address })
}
const rightly = (person: typeof alice, more: Record<string, string> = {}) =>
  guess(person.username, { password: person.password, ...more })

/** As many guesses as there are strangers' tries without a wait. */
async function useUp(username: string): Promise<void> {
  for (let i = 0; i < 5; i++) expect(await guess(username)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await guess(username)).toMatchObject({ status: 429 })
}

/** All that an attacker sees of an answer. */
const seen = ({ status, headers, body }: Answer) => ({ status, wait: headers.get('retry-after'), body })

test('one account is guessed at: after 5 failures each waits, 1 s and doubling to 60 s, and nothing is looked at before (RFC 6749 section 4.3.2)', async () => {
  await start()
  const verify = jest.spyOn(auth.deps.passwords, 'verify')
  const waits: number[] = []
  for (let i = 0; i < 13; i++) {
    if (i >= 5) {
      const refused = await rightly(alice)
      expect(refused).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } })
      const wait = Number(refused.headers.get('retry-after'))
      waits.push(wait)
      auth.clock.advance(wait * 1000 - 1)
      expect((await rightly(alice)).headers.get('retry-after')).toBe('1')
      auth.clock.advance(1)
    }
    expect(await guess(alice.username)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  expect(verify).toHaveBeenCalledTimes(13)
})

test('one account is guessed at under all its names: 100 failures an hour, and not one more', async () => {
  await start({ ...noWaits, SIGN_IN_ACCOUNT_LIMIT: '10' })
  await auth.database.collection(identifiers).insert({ id: emailId('alice@home.example'), sub: alice.sub })
  for (let i = 0; i < 5; i++) {
    expect((await guess('alice')).status).toBe(400)
    expect((await guess('Alice@Home.example')).status).toBe(400)
  }
  auth.clock.advance(600_000)
  for (const name of ['alice', 'alice@home.example', ' ＡＬＩＣＥ '])
    expect(seen(await guess(name))).toMatchObject({ status: 429, wait: '3000' })
  expect((await rightly(bob)).status).toBe(200)
  auth.clock.advance(3_000_000)
  expect((await rightly(alice)).status).toBe(200)
  expect(auth.config).toMatchObject({ signInAccountLimit: 10, signInWindow: 3600 })
})

test('one password is tried on everybody from one address: the address has a limit, by IPv4 address or IPv6 network', async () => {
  await start({ SIGN_IN_ADDRESS_LIMIT: '10' })
  for (const block of ['203.0.113.5', '2001:db8:1:2::']) {
    const own = (i: number) => (block.endsWith(':') ? `${block}${i + 1}` : block)
    for (let i = 0; i < 10; i++) expect((await guess(`person ${block} ${i}`, { address: own(i) })).status).toBe(400)
    expect(seen(await rightly(alice, { address: own(10) }))).toMatchObject({ status: 429, wait: '3600' })
  }
  expect((await rightly(alice, { address: '203.0.113.6' })).status).toBe(200)
  expect((await rightly(alice, { address: '2001:db8:1:3::1' })).status).toBe(200)
})

test('many addresses guess at one account: it waits for all of them', async () => {
  await start()
  for (let i = 0; i < 5; i++) expect((await guess('alice', { address: `203.0.113.${i}` })).status).toBe(400)
  for (let i = 5; i < 10; i++) expect((await guess('alice', { address: `203.0.113.${i}` })).status).toBe(429)
})

test('an address is made up in X-Forwarded-For: it buys nothing', async () => {
  await start({ TRUSTED_PROXIES: '', SIGN_IN_ADDRESS_LIMIT: '3' })
  for (let i = 0; i < 3; i++) expect((await guess(`person ${i}`, { address: `203.0.113.${i}` })).status).toBe(400)
  expect((await guess('person 3', { address: '203.0.113.3' })).status).toBe(429)
})

test('a guesser signs in to an own account in between: that gives no guess back', async () => {
  await start({ SIGN_IN_ADDRESS_LIMIT: '6' })
  for (let i = 0; i < 5; i++) {
    expect((await guess(`person ${i}`)).status).toBe(400)
    expect((await rightly(bob)).status).toBe(200)
  }
  expect((await guess('alice')).status).toBe(400)
  expect((await rightly(bob)).status).toBe(429)
})

test('who is right is never made to wait, however often', async () => {
  await start({ SIGN_IN_ADDRESS_LIMIT: '6', SIGN_IN_ACCOUNT_LIMIT: '6' })
  for (let i = 0; i < 12; i++) expect((await rightly(alice)).status).toBe(200)
})

test('what was counted in one hour is not given back in the next', async () => {
  await start({ ...noWaits, SIGN_IN_ACCOUNT_LIMIT: '2' })
  const { passwords } = auth.deps
  const verify = passwords.verify
  jest.spyOn(passwords, 'verify').mockImplementationOnce(async (...args) => {
    auth.clock.advance(3_600_000)
    expect((await guess('alice')).status).toBe(400)
    return verify(...args)
  })
  expect((await rightly(alice)).status).toBe(200)
  expect((await guess('alice')).status).toBe(400)
  expect((await guess('alice')).status).toBe(429)
})

describe('a stranger guesses until the account waits', () => {
  test('its person still signs in on a device where they did before; a stranger with such a cookie of their own does not', async () => {
    await start()
    const [mine, theirs, nobodys] = [createBrowser(), createBrowser(), createBrowser()]
    await auth.approve(alice, { client: bookshop, browser: mine })
    await auth.approve(bob, { client: bookshop, browser: theirs })
    const [id = '', proof = ''] = theirs.cookies.get('menshen_device')?.split('.') ?? []
    const [myId = '', myProof = ''] = mine.cookies.get('menshen_device')?.split('.') ?? []
    await useUp('alice')

    const page = async (browser: typeof mine, cookie?: string) => {
      await open(auth, browser, bookshop, { prompt: 'login' })
      if (cookie) browser.cookies.store(new URL(auth.url), new Headers({ 'set-cookie': `menshen_device=${cookie}; path=/` }))
      await browser.submit({ username: alice.username, password: alice.password }, 'password')
      return browser.page
    }
    expect(await page(theirs)).toMatchObject({ status: 429 })
    for (const cookie of [`${myId}.${proof}`, `${id}.${myProof}`, `${myId}.`, myId, '.', `${myId}.x.${'y'.repeat(5000)}`])
      expect(await page(nobodys, cookie)).toMatchObject({ status: 429 })
    expect(await page(mine)).toMatchObject({ status: 303 })
  })

  test('a known device has the same limits', async () => {
    await start()
    const browser = createBrowser()
    await auth.approve(alice, { client: bookshop, browser })
    await open(auth, browser, bookshop, { prompt: 'login' })
    for (let i = 0; i < 5; i++)
      expect(await browser.submit({ username: 'alice', password: 'x' }, 'password')).toMatchObject({ status: 400 })
    expect(await browser.submit({ username: 'alice', password: alice.password }, 'password')).toMatchObject({ status: 429 })
    expect((await rightly(alice)).status).toBe(200)
  })

  test('the app they used before still signs them in, by the refresh token it holds; one of another person or app does not', async () => {
    await start()
    const tokenOf = async (person: typeof alice) => (await rightly(person)).body.refresh_token as string
    const [mine, theirs] = [await tokenOf(alice), await tokenOf(bob)]
    const { refresh_token: elsewhere } = (await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))).body
    await useUp('alice')
    for (const refresh_token of [theirs, elsewhere, 'made up']) expect((await rightly(alice, { refresh_token })).status).toBe(429)
    expect((await rightly(alice, { refresh_token: mine })).status).toBe(200)
    expect((await auth.refresh(mobileApp, mine)).status).toBe(200) // it was not used up

    await auth.revoke(mobileApp, mine)
    expect((await rightly(alice, { refresh_token: mine })).status).toBe(429)
  })

  test('the page says in words how long to wait, keeps the name, and answers 429 with Retry-After (RFC 6585 section 4)', async () => {
    await start()
    await useUp('alice')
    const browser = createBrowser()
    await open(auth, browser, projectCenter)
    const { status, headers, body } = await browser.submit({ username: 'Alice', password: alice.password }, 'password')
    expect({ status, wait: headers.get('retry-after') }).toEqual({ status: 429, wait: '1' })
    expect(body).toContain('Too many tries. Wait 1 second and try again.')
    expect(body).toContain('value="Alice"')
    expect(body).not.toContain(alice.password)
    auth.clock.advance(1000)
    expect(await browser.submit({ password: alice.password }, 'password')).toMatchObject({ status: 303 })
  })

  test('the log names the account and the budget, never what was typed', async () => {
    const lines: string[] = []
    await start(
      {},
      { log: createLog({ service: 'auth', level: 'info', destination: { write: (line) => void lines.push(line) } }) },
    )
    await useUp('alice')
    await useUp('hunter2 in the wrong field')
    const logged = lines.map((line) => JSON.parse(line)).filter(({ error }) => error === 'temporarily_unavailable')
    expect(logged.map(({ detail }) => detail)).toEqual([{ budget: 'name', sub: alice.sub }, { budget: 'name' }])
    expect(lines.join()).not.toMatch(/hunter2|"alice"/i)
  })
})

test('names are tried out: unknown ones are told in the same words, and made to wait as long', async () => {
  await start({ SIGN_IN_ACCOUNT_LIMIT: '9' })
  for (let i = 0; i < 12; i++) {
    const [known, unknown] = [await guess('alice'), await guess('nobody at all')]
    expect(seen(unknown)).toEqual(seen(known))
    if (known.status === 429) auth.clock.advance(Number(known.headers.get('retry-after')) * 500)
  }
  expect(await pageOf('nobody at all')).toEqual(await pageOf('alice'))
})

/** The sign-in page after a wrong guess, without what each has of its own. */
async function pageOf(username: string) {
  const browser = createBrowser()
  await open(auth, browser, bookshop)
  const { status, body } = await browser.submit({ username, password: 'a wrong guess' }, 'password')
  return { status, body: body.replaceAll(/[\w-]{43}|[\w-]{36}|value="[^"]*"/g, '') }
}

test('names are tried out by signing up under them: an address may sign up so often, and is then told to wait', async () => {
  await start({ SIGN_UP_ADDRESS_LIMIT: '3' })
  const browser = createBrowser()
  const signUp = async (username: string) => {
    await browser.get(`${auth.url}/sign-up`)
    return browser.submit({ username, password: 'seven herons over the canal' }, 'new-password')
  }
  for (const name of ['alice', 'bob', 'alice']) expect(await signUp(name)).toMatchObject({ status: 400 })
  for (const name of ['alice', 'carol']) {
    const { status, headers, body } = await signUp(name)
    expect({ status, wait: headers.get('retry-after') }).toEqual({ status: 429, wait: '3600' })
    expect(body).toContain('Too many tries. Wait 60 minutes and try again.')
  }
  auth.clock.advance(3_600_000)
  expect(await signUp('carol')).toMatchObject({ status: 303 })
})

test('a right password of a disabled account is counted like a wrong one: it shows no more', async () => {
  await start()
  await auth.database.collection(users).update({ sub: alice.sub }, { set: { disabledAt: 1 } })
  for (let i = 0; i < 5; i++) expect((await rightly(alice)).status).toBe(400)
  expect((await rightly(alice)).status).toBe(429)
})

test('a password of more than 1,024 bytes is a wrong one, and is not hashed', async () => {
  await start()
  const verify = jest.spyOn(auth.deps.passwords, 'verify')
  const [wrong, long, longest] = [
    await guess('alice'),
    await guess('alice', { password: '汉'.repeat(342) }),
    await guess('alice', { password: 'x'.repeat(1024) }),
  ]
  expect(seen(long)).toEqual(seen(wrong))
  expect(seen(longest)).toEqual(seen(wrong))
  expect(verify).toHaveBeenCalledTimes(2)
  for (let i = 3; i < 5; i++) expect((await guess('nobody', { password: 'x'.repeat(60_000) })).status).toBe(400)
})

test('whoever hangs up while waiting is known to have left', async () => {
  const told = new EventEmitter()
  const write = (line: string) => void (line.includes('"status":499') && told.emit('closed'))
  await start({}, { log: createLog({ service: 'auth', level: 'info', destination: { write } }) })
  const [entered, closed, checked] = ['entered', 'closed', 'checked'].map((name) => once(told, name))
  jest.spyOn(auth.deps.passwords, 'verify').mockImplementationOnce(async (_password, _hash, hasLeft) => {
    told.emit('entered')
    await closed
    told.emit('checked', hasLeft?.())
    return false
  })
  const leaving = new AbortController()
  const form = new URLSearchParams({ grant_type: 'password', client_id: mobileApp.client_id, username: 'alice', password: 'x' })
  const asked = fetch(`${auth.url}/oauth2/token`, { method: 'POST', body: form, signal: leaving.signal }).catch(() => 'left')
  await entered
  leaving.abort()
  expect(await asked).toBe('left')
  expect(await checked).toEqual([true])
})

test.each([20, 100])(
  `%i guesses come at once: exactly 5 passwords are looked at`,
  async (count) => {
    await start()
    const verify = jest.spyOn(auth.deps.passwords, 'verify')
    const answers = await Promise.all(Array.from({ length: count }, () => guess('alice')))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(5).fill(400), ...Array(count - 5).fill(429)])
    expect(verify).toHaveBeenCalledTimes(5)
    expect(new Set(answers.map((answer) => answer.headers.get('retry-after')))).toEqual(new Set([null, '1']))

    auth.clock.advance(1000)
    const next = await Promise.all(Array.from({ length: count }, () => guess('alice')))
    expect(next.filter(({ status }) => status === 400)).toHaveLength(1)
  },
  60_000,
)

test(`guesses at many accounts come at once: exactly as many as the address may`, async () => {
  await start({ SIGN_IN_ADDRESS_LIMIT: '8' })
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => guess(`person ${i}`)))
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(8)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(32)
})
