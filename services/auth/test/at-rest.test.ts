import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openEventBus } from '@menshen/shared/events'
import { ExpectedError } from '@menshen/shared/run-main'
import { openDatabase } from '@menshen/shared/storage'
import { createFakeClock } from '@menshen/shared/testing/fake-clock'
import { testLog } from '@menshen/shared/testing/test-log'
import type { JWK } from 'jose'
import { loadAuthConfig } from '../src/config.ts'
import { sha256, unseal } from '../src/core/secrets.ts'
import { WrongSecretsKey } from '../src/core/vault.ts'
import { createDeps } from '../src/deps.ts'
import { loadSecretsKeys } from '../src/secrets-key.ts'
import { collections } from '../src/stores/index.ts'
import { interactions } from '../src/stores/interactions.ts'
import { keys } from '../src/stores/keys.ts'
import { refreshTokens } from '../src/stores/refresh-tokens.ts'
import { sessions } from '../src/stores/sessions.ts'
import { alice, bob, bookshop, library, mobileApp, reportJob, testClients } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth({ ownKeys: true })
})
afterAll(() => auth.stop())

/** Every record there is. */
const dump = () => Promise.all(collections.map((definition) => auth.database.collection<object>(definition).list({})))

/** Every text in a value, at any depth. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

describe('the database', () => {
  test('holds no cookie, code, token, secret or password of all that passed through (RFC 6819 section 5.1.4.1.3)', async () => {
    const approved = await auth.approve(alice, { client: bookshop, nonce: 'n-1' })
    const unused = await auth.approve(alice, { client: bookshop, browser: approved.browser, prompt: 'login' })
    const first = (await auth.redeem(bookshop, approved)).body
    const second = (await auth.refresh(bookshop, first.refresh_token)).body
    const phone = (await auth.passwordGrant(bob, { scope: 'openid offline_access user:read' })).body
    const later = (await auth.refresh(mobileApp, phone.refresh_token)).body
    const machine = (await auth.token(reportJob, { grant_type: 'client_credentials' })).body
    const posted = (await auth.redeem(library, await auth.approve(bob, { client: library }))).body
    await auth.revoke(reportJob, machine.access_token)
    await auth.revoke(library, posted.access_token)

    const session = approved.browser.cookies.get('menshen_session') ?? ''
    const browser = approved.browser.cookies.get('menshen_browser') ?? ''
    const answers = [first, second, phone, later, machine, posted]
    const tokens = answers.flatMap(({ access_token, refresh_token, id_token }) => [access_token, refresh_token, id_token])
    const secrets = testClients.flatMap(({ secret }) => secret ?? [])
    const codes = [approved, unused].flatMap(({ code, verifier }) => [code, verifier])
    const passed = [session, browser, ...codes, ...tokens.filter(Boolean), ...secrets, alice.password, bob.password]
    expect(passed.length).toBeGreaterThan(25)

    const stored = JSON.stringify(await dump())
    expect(passed.filter((secret) => secret.length < 20 || stored.includes(secret))).toEqual([])
    for (const hash of [session, browser, unused.code, second.refresh_token].map(sha256)) expect(stored).toContain(hash)
  })

  test('knows a browser by the SHA-256 of its cookies only: what is stored is no cookie', async () => {
    const { browser } = await auth.approve(alice, { client: bookshop })
    const session = sha256(browser.cookies.get('menshen_session') ?? '')
    const binding = sha256(browser.cookies.get('menshen_browser') ?? '')
    expect(await auth.database.collection(sessions).list({ browser: session })).toMatchObject([{ sub: alice.sub }])
    expect(await auth.database.collection(interactions).list({ browser: binding })).toHaveLength(1)

    const silent = new URL(auth.authorizeUrl(bookshop, { prompt: 'none' }))
    const { headers } = await auth.get(`${silent.pathname}${silent.search}`, { cookie: `menshen_session=${session}` })
    expect(headers.get('location')).toContain('error=login_required')
  })

  test('holds no private key (RFC 7517 section 9.2)', async () => {
    const stored = await auth.database.collection(keys).list({})
    expect(stored.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256'])
    const all = JSON.stringify(await dump())
    for (const { kid, publicJwk, sealedPrivateJwk } of stored) {
      for (const name of privateMembers) expect(publicJwk).not.toHaveProperty(name)
      const secret = auth.config.secretsKeys[0] ?? ''
      const opened = JSON.parse(unseal(sealedPrivateJwk, { secret, context: `signing key ${kid}` })) as Record<string, string>
      const parts = privateMembers.flatMap((name) => opened[name] ?? [])
      expect(parts.length).toBeGreaterThan(0)
      for (const part of parts) expect(all).not.toContain(part)
    }
    expect(all).not.toMatch(/\\?"(d|p|q|dp|dq|qi)\\?":/)
  })
})

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const satisfies Array<keyof JWK>

describe('a used refresh token', () => {
  const context = 'refresh token successor'
  const rotated = async () => {
    const token: string = (await auth.passwordGrant(alice)).body.refresh_token
    const successor: string = (await auth.refresh(mobileApp, token)).body.refresh_token
    const row = await auth.database.collection(refreshTokens).find({ hash: sha256(token) })
    return { token, successor, sealed: row?.successor ?? '' }
  }

  test('keeps its successor sealed under itself: nothing that is stored or configured opens it (RFC 9700 section 4.14.2)', async () => {
    const { token, successor, sealed } = await rotated()
    const other = await rotated()
    expect(unseal(sealed, { secret: token, context })).toBe(successor)

    const known = new Set(['', ...textsIn(await dump()), ...textsIn(auth.config), successor, other.token, other.successor])
    expect(known.size).toBeGreaterThan(50)
    const opening = [...known].filter((secret) => opens(sealed, { secret, context }))
    expect(opening).toEqual([])
  })

  const opens = (sealed: string, by: { secret: string; context: string }): boolean => {
    try {
      return unseal(sealed, by) !== undefined
    } catch {
      return false
    }
  }
})

describe('private keys', () => {
  const [old, fresh, wrong] = ['old', 'new', 'wrong'].map((name) => `the ${name} secrets key `.padEnd(40, '.')) as [
    string,
    string,
    string,
  ]

  /** A database that is opened with one SECRETS_KEY after another; gives the public keys. */
  async function newDatabase() {
    const clock = createFakeClock()
    const database = await openDatabase('sqlite::memory:', { collections, clock })
    const bus = await openEventBus('memory:', { log: testLog })
    return {
      database,
      async open(SECRETS_KEY: string) {
        const config = loadAuthConfig({ SECRETS_KEY, UV_THREADPOOL_SIZE: '8' })
        return (await createDeps(config, { log: testLog, bus, clock, database })).signing.jwks()
      },
    }
  }

  test('are opened only with the SECRETS_KEY they were sealed with; another is refused in one line that tells no secret', async () => {
    const { database, open } = await newDatabase()
    const jwks = await open(old)
    const refused = await open(wrong).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(WrongSecretsKey)
    const { message, expected } = refused as WrongSecretsKey
    expect(expected).toBe(true)
    expect(message).toMatch(/^SECRETS_KEY .+$/)
    const sealed = (await database.collection(keys).list({})).flatMap(textsIn).filter((text) => text.length > 5)
    for (const secret of [old, wrong, ...sealed]) expect(message).not.toContain(secret)
    expect(await open(old)).toEqual(jwks)
    await database.close()
  })

  test('are opened while SECRETS_KEY is being replaced, with the new key before the old; then the new one is enough', async () => {
    const { database, open } = await newDatabase()
    const jwks = await open(old)
    await expect(open(fresh)).rejects.toBeInstanceOf(WrongSecretsKey)
    expect(await open(`${fresh},${old}`)).toEqual(jwks)
    expect(await open(fresh)).toEqual(jwks)
    await expect(open(old)).rejects.toBeInstanceOf(WrongSecretsKey)
    await database.close()
  })

  test('are sealed with the first key of SECRETS_KEY', async () => {
    const { database, open } = await newDatabase()
    const jwks = await open(`${fresh},${old}`)
    expect(await open(fresh)).toEqual(jwks)
    await expect(open(old)).rejects.toBeInstanceOf(WrongSecretsKey)
    await database.close()
  })
})

describe('the key file', () => {
  const newFile = async () => join(await mkdtemp(join(tmpdir(), 'menshen-')), 'data', 'secret.key')
  const load = (secretsFile: string, ...secretsKeys: string[]) => loadSecretsKeys({ secretsKeys, secretsFile })

  test('is made once, for its owner alone', async () => {
    const file = await newFile()
    const [key = ''] = await load(file)
    expect(key).toMatch(/^[\w-]{43}$/)
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600')
    expect(await readFile(file, 'utf8')).toBe(`${key}\n`)
    expect(await load(file)).toEqual([key])
    expect(await load(await newFile())).not.toEqual([key])
  })

  test('is one for all that start at once', async () => {
    const file = await newFile()
    const loaded = await Promise.all(Array.from({ length: 20 }, () => load(file)))
    expect(new Set(loaded.flat()).size).toBe(1)
    expect(await readFile(file, 'utf8')).toBe(`${loaded[0]?.[0]}\n`)
    expect(await readdir(join(file, '..'))).toEqual(['secret.key'])
  })

  test('is not made where SECRETS_KEY is set', async () => {
    const file = await newFile()
    expect(await load(file, 'x'.repeat(32), 'y'.repeat(32))).toEqual(['x'.repeat(32), 'y'.repeat(32)])
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test.each(['', '\n', `${'x'.repeat(31)}\n`])('holds 32 characters or more: %j is refused', async (content) => {
    const file = await newFile()
    await load(file)
    await writeFile(file, content)
    const refused = await load(file).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ExpectedError)
    expect((refused as Error).message).toContain(file)
    expect((refused as Error).message).not.toContain('xxx')
  })

  test.each(['', 'x'.repeat(31), `${'y'.repeat(32)},${'x'.repeat(31)}`])(
    'is not made in production, where SECRETS_KEY must hold 32 characters or more: %j is refused',
    (SECRETS_KEY) => {
      const load = () => loadAuthConfig({ ...production, SECRETS_KEY })
      expect(load).toThrow(/^SECRETS_KEY: must be set, to a random text of 32 characters or more$/m)
      expect(load).not.toThrow(/xxx|yyy/)
    },
  )

  const production = { NODE_ENV: 'production', ISSUER: 'https://login.example', DATABASE_URL: 'sqlite:/data/auth.db' }
})
