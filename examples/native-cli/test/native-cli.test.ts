import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createFakeClock } from '@menshen/shared/testing/fake-clock'
import { demo } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import { startTestSuite } from '../../../test/support/suite.ts'
import { openTerminal, signInAt, type Terminal } from './terminal.ts'

const clock = createFakeClock(Date.now()) // openid-client looks at the clock of the machine
let suite: Suite
beforeAll(async () => {
  suite = await startTestSuite('sqlite::memory:', { clock })
}, 60_000)
afterAll(() => suite.stop())

const passwords = Object.fromEntries(demo.users.map(({ username, password }) => [username, password ?? '']))
const pathOf = (address: string) => new URL(address).searchParams.get('redirect_uri') ?? ''
const openHere = () => openTerminal(suite, { now: clock.now })

/** The whole way through the browser, to the page that it ends on. */
async function through(address: string, username = 'alice'): Promise<{ status: number; text: string }> {
  const { location = '' } = await signInAt(address, username, passwords[username] ?? '')
  return visit(location)
}
async function visit(address: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const answer = await fetch(address, { headers, signal: AbortSignal.timeout(2000) })
  return { status: answer.status, text: await answer.text() }
}
async function loggedIn(username = 'alice'): Promise<Terminal> {
  const terminal = await openHere()
  expect(await terminal.run('login', (address) => through(address, username))).toMatchObject({ code: 0, complained: [] })
  return terminal
}
const keptIn = async ({ tokenFile }: Terminal) => JSON.parse(await readFile(tokenFile, 'utf8')) as Record<string, string>
const post = async (path: string, form: Record<string, string>) => {
  const answer = await fetch(suite.addresses.issuer + path, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'native-cli', ...form }),
  })
  return (await answer.json()) as Record<string, unknown>
}
const refresh = (refresh_token = '') => post('/oauth2/token', { grant_type: 'refresh_token', refresh_token })

test('login by the browser, whoami, projects, logout', async () => {
  const terminal = await openHere()
  let page = { status: 0, text: '' }
  const { code, said } = await terminal.run('login', async (address) => {
    page = await through(address)
  })
  expect(code).toBe(0)
  expect(said.join('\n')).toContain('open this address:\n  http')
  expect(said.at(-1)).toMatch(/^You are 张爱丽 \(Alice Zhang\) \(alice\), signed in at http/)
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining('You may close this window') })

  expect((await terminal.run('whoami')).said).toEqual([said.at(-1)])
  expect((await terminal.run('projects')).said).toContainEqual(expect.stringMatching(/^owner +官网改版 \/ Website redesign$/))
  const { refresh_token } = await keptIn(terminal)
  expect(await terminal.run('logout')).toEqual({ code: 0, said: ['You are signed out.'], complained: [] })
  expect(await readdir(`${terminal.home}/menshen-native-cli`)).toEqual([])
  expect(await refresh(refresh_token)).toMatchObject({ error: 'invalid_grant' })
  expect(await terminal.run('whoami')).toMatchObject({ code: 1, complained: [expect.stringContaining('You are not signed in')] })
  expect((await terminal.run('logout')).said).toEqual(['You were not signed in.'])
})

test('the browser is sent with PKCE to 127.0.0.1 and a port of its own each time (RFC 8252 sections 6, 7.3 and 8.1)', async () => {
  const terminal = await openHere()
  const seen: URL[] = []
  for (let i = 0; i < 2; i++)
    await terminal.run('login', (address) => {
      seen.push(new URL(address))
      return through(address)
    })
  for (const { searchParams } of seen)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
    })
  const [one, other] = seen.map(({ searchParams }) => searchParams.get('state'))
  expect(one).not.toBe(other)
})

test('the tokens are in a file that its owner alone may read, in a folder of the same kind', async () => {
  const terminal = await loggedIn()
  const modes = async () =>
    [await stat(terminal.tokenFile), await stat(`${terminal.home}/menshen-native-cli`)].map(({ mode }) => mode & 0o777)
  expect(await modes()).toEqual([0o600, 0o700])
  clock.advance(600_000)
  await terminal.run('whoami') // writes the file anew
  expect(await modes()).toEqual([0o600, 0o700])
  expect(await readdir(`${terminal.home}/menshen-native-cli`)).toEqual(['tokens.json'])

  await chmod(terminal.tokenFile, 0o640)
  expect(await terminal.run('whoami')).toMatchObject({ code: 1, complained: [expect.stringContaining('may have read')] })
  const { refresh_token } = await keptIn(terminal)
  expect((await terminal.run('logout')).said).toEqual(['You are signed out.'])
  expect(await refresh(refresh_token)).toMatchObject({ error: 'invalid_grant' })
})

test('a file that is damaged, or of another login, counts as none', async () => {
  const terminal = await loggedIn()
  const kept = await keptIn(terminal)
  for (const text of ['', '{', 'null', '[]', JSON.stringify({ ...kept, issuer: 'https://login.example' })]) {
    await writeFile(terminal.tokenFile, text)
    expect(await terminal.run('whoami')).toMatchObject({
      code: 1,
      complained: [expect.stringContaining('You are not signed in')],
    })
  }
})

test('a new login ends the one before', async () => {
  const terminal = await loggedIn()
  const { refresh_token } = await keptIn(terminal)
  await terminal.run('login', (address) => through(address, 'bob'))
  expect((await terminal.run('whoami')).said).toEqual([expect.stringContaining('Bob Miller (bob)')])
  expect(await refresh(refresh_token)).toMatchObject({ error: 'invalid_grant' })
})

describe('tokens that have ended', () => {
  test('are refreshed, and the successor is kept', async () => {
    const terminal = await loggedIn()
    const before = await keptIn(terminal)
    clock.advance(600_000)
    expect((await terminal.run('whoami')).code).toBe(0)
    expect((await keptIn(terminal))['refresh_token']).not.toBe(before['refresh_token'])
  })

  test('are refreshed by two programs at the same time: both go on (RFC 9700 section 4.14.2)', async () => {
    const terminal = await loggedIn()
    for (let i = 0; i < 2; i++) {
      clock.advance(600_000)
      const ended = await Promise.all(['whoami', 'projects', 'whoami'].map((command) => terminal.run(command)))
      expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
    }
  })

  test('of a sign-in that was ended elsewhere are forgotten', async () => {
    const terminal = await loggedIn()
    await post('/oauth2/revoke', { token: (await keptIn(terminal))['refresh_token'] ?? '' })
    clock.advance(600_000)
    expect(await terminal.run('projects')).toMatchObject({
      code: 1,
      complained: [expect.stringContaining('You are not signed in')],
    })
    expect(await readdir(`${terminal.home}/menshen-native-cli`)).toEqual([])
  })
})

describe('what comes to the door on this machine', () => {
  test('with a foreign state, another method, another path or none ends nothing: the right answer still comes through (RFC 6819 section 4.4.1.8)', async () => {
    const terminal = await openHere()
    const seen: number[] = []
    const { code } = await terminal.run('login', async (address) => {
      const door = pathOf(address)
      const tries = [
        ...['', '?code=stolen', '?code=stolen&state=guessed', '?error=access_denied&state='].map(
          (query) => () => visit(door + query),
        ),
        ...['/', '//', '//:0/callback'].map((path) => () => visit(new URL(door).origin + path)),
        () => fetch(`${door}?code=x`, { method: 'POST' }),
        () => through(address),
      ]
      for (const attempt of tries) seen.push((await attempt().catch(() => ({ status: 0 }))).status) // 0: the door is closed
    })
    expect(seen).toEqual([400, 400, 400, 400, 404, 404, 404, 404, 200])
    expect(code).toBe(0)
  })

  test('with the right state, but another iss, is refused, and its code is not redeemed (RFC 9207 section 2.4)', async () => {
    const terminal = await openHere()
    const ended = await terminal.run('login', async (address) => {
      const { location = '' } = await signInAt(address, 'alice', passwords['alice'] ?? '')
      const forged = new URL(location)
      forged.searchParams.set('iss', 'https://evil.example')
      expect(await visit(forged.href)).toMatchObject({ status: 400, text: expect.stringContaining('You are not signed in') })
    })
    expect(ended).toMatchObject({ code: 1, complained: [expect.stringContaining('not the one to this sign-in')] })
    expect(await terminal.run('whoami')).toMatchObject({ code: 1 })
  })

  test('with a code that is none is refused', async () => {
    const terminal = await openHere()
    const ended = await terminal.run('login', async (address) => {
      const { location = '' } = await signInAt(address, 'alice', passwords['alice'] ?? '')
      const forged = new URL(location)
      forged.searchParams.set('code', 'x'.repeat(43))
      await visit(forged.href)
    })
    expect(ended).toMatchObject({ code: 1, complained: [expect.stringContaining('invalid_grant')] })
  })

  test('twice counts once', async () => {
    const terminal = await openHere()
    const { code } = await terminal.run('login', async (address) => {
      const { location = '' } = await signInAt(address, 'alice', passwords['alice'] ?? '')
      const pages = await Promise.all([visit(location), visit(location)])
      expect(pages.map(({ status }) => status).sort()).toEqual([200, 400])
    })
    expect(code).toBe(0)
  })

  test('with a no of the person is said so', async () => {
    const terminal = await openHere()
    const ended = await terminal.run('login', async (address) => {
      const { searchParams } = new URL(address)
      await visit(
        `${searchParams.get('redirect_uri')}?${new URLSearchParams({ error: 'access_denied', state: searchParams.get('state') ?? '', iss: suite.addresses.issuer })}`,
      )
    })
    expect(ended).toMatchObject({ code: 1, complained: ['You said no in the browser. Nothing was changed here.'] })
  })

  test('is answered in the language of the browser, with a page that runs and loads nothing', async () => {
    const terminal = await openHere()
    await terminal.run('login', async (address) => {
      const { location = '' } = await signInAt(address, 'alice', passwords['alice'] ?? '')
      const answer = await fetch(location, { headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' } })
      expect(await answer.text()).toContain('可以关闭这个窗口')
      expect(answer.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; img-src data:; style-src 'sha256-[^ ]+'; base-uri 'none';/,
      )
    })
  })
})

test('who does not come back is not waited for without end', async () => {
  const terminal = await openHere()
  await expect(terminal.run('login', () => Promise.reject(new Error('closed')))).rejects.toThrow('closed')
})

test('a login that is away is said so', async () => {
  const { createServer } = await import('node:net')
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const away = await openTerminal({ ...suite, addresses: { ...suite.addresses, issuer: `http://127.0.0.1:${port}` } })
  expect(await away.run('login')).toMatchObject({ code: 1, complained: [expect.stringContaining('Menshen can’t be reached')] })
  server.close()
})
