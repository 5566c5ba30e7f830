import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock } from '@menshen/shared/clock'
import { openEventBus } from '@menshen/shared/events'
import { readCertificate } from '@menshen/shared/http/certificate'
import type { Log } from '@menshen/shared/log'
import { openDatabase } from '@menshen/shared/storage'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { testCertificate } from '@menshen/shared/testing/certificate'
import { countCalls } from '@menshen/shared/testing/counting-database'
import { testDatabaseUrl } from '@menshen/shared/testing/databases'
import { createFakeClock } from '@menshen/shared/testing/fake-clock'
import { listen } from '@menshen/shared/testing/http'
import { requirePlans } from '@menshen/shared/testing/planned-database'
import { testLog } from '@menshen/shared/testing/test-log'
import { eachInProcesses, sharedDatabaseUrl, startAuthProcesses } from '../../../../test/support/auth-processes.ts'
import { createApp } from '../../src/app.ts'
import { loadAuthConfig } from '../../src/config.ts'
import { usernameId } from '../../src/core/identifiers.ts'
import type { Api, Client } from '../../src/core/types.ts'
import { createDeps } from '../../src/deps.ts'
import { apis } from '../../src/stores/apis.ts'
import { clients } from '../../src/stores/clients.ts'
import { collections } from '../../src/stores/index.ts'
import { keys } from '../../src/stores/keys.ts'
import { identifiers, passwords, users } from '../../src/stores/users.ts'
import { fixedKeys } from './fixed-keys.ts'
import { alice, basic, bob, type TestClient, testApis, testClients } from './people.ts'

type Person = typeof alice

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of an answer, which the test looks into
  body: any
}

export interface StartOptions {
  databaseUrl?: string
  env?: Record<string, string>
  log?: Log
  /** For client libraries, which look at their own clock. */
  systemTime?: boolean
  /** With the certificate that `npm test` trusts. */
  https?: boolean
  /** It makes keys of its own instead of taking the fixed ones. */
  ownKeys?: boolean
}

export const secretsKey = 'the secrets key of the tests; 32 or more'
const hashes = new Map<string, string>()

/** auth on a free port, with its own database and a clock that stands still. */
export async function startAuth({
  databaseUrl = eachInProcesses > 0 ? sharedDatabaseUrl() : testDatabaseUrl(),
  env = {},
  log = testLog,
  systemTime = false,
  https = false,
  ownKeys = false,
}: StartOptions = {}) {
  const clock = systemTime ? { ...systemClock, advance: () => {} } : createFakeClock()
  let handler: (req: IncomingMessage, res: ServerResponse) => void = () => {}
  const certificate = https ? await readCertificate(testCertificate) : undefined
  const server = await listen({ callback: () => (req, res) => handler(req, res) }, certificate)
  const given = { ISSUER: server.url, SECRETS_KEY: secretsKey, UV_THREADPOOL_SIZE: '8', ...env }
  const config = loadAuthConfig(given)
  const database = countCalls(await openDatabase(databaseUrl, { collections, clock }))
  for (const key of ownKeys ? [] : fixedKeys) await database.collection(keys).insert({ ...key, createdAt: clock.now() })
  const bus = await openEventBus('memory:', { log })
  const deps = await createDeps(config, { log, bus, clock, database: requirePlans(database) })
  handler = createApp(deps).callback()

  for (const { secret: _, ...client } of testClients) await database.collection(clients).insert(client)
  for (const api of testApis) await database.collection(apis).insert(api)
  for (const person of [alice, bob]) await addPerson(person)
  const processes = await inProcesses()

  async function addPerson({ sub, username, password, claims }: Person): Promise<void> {
    const hash = hashes.get(password) ?? (await deps.passwords.hash(password))
    hashes.set(password, hash)
    await database
      .collection(users)
      .insert({ sub, preferred_username: username, claims, disabledAt: null, lastGrantAt: null, version: 1 })
    await database.collection(identifiers).insert({ id: usernameId(username), sub })
    await database.collection(passwords).insert({ sub, hash })
  }

  const url = server.url
  const post = (path: string, form: Form, headers: Record<string, string> = {}) => postForm(`${url}${path}`, form, headers)
  const asClient = (client: TestClient, path: string, form: Record<string, string>) => post(path, ...authenticated(client, form))

  return {
    url,
    clock,
    config,
    database,
    deps,
    bus,
    addPerson,
    post,
    asClient,
    get: async (path: string, headers: Record<string, string> = {}) =>
      answerOf(await fetch(`${url}${path}`, { headers, redirect: 'manual' })),
    token: (client: TestClient, form: Record<string, string>) => asClient(client, '/oauth2/token', form),
    refresh: (client: TestClient, refresh_token: string, more: Record<string, string> = {}) =>
      asClient(client, '/oauth2/token', { grant_type: 'refresh_token', refresh_token, ...more }),
    revoke: (client: TestClient, token: string) => asClient(client, '/oauth2/revoke', { token }),
    passwordGrant: (
      person: Person,
      more: Record<string, string> = {},
      client: TestClient = testClients.find(({ client_id }) => client_id === 'mobile-app') as TestClient,
    ) =>
      asClient(client, '/oauth2/token', {
        grant_type: 'password',
        username: person.username,
        password: person.password,
        ...more,
      }),
    /** Changes a client, seen at once. */
    async setClient({ client_id }: TestClient, set: Partial<Client>): Promise<void> {
      await database.collection(clients).update({ client_id }, { set })
      await tell('client.updated', client_id)
    },
    async setApi({ resource }: Api, set: Partial<Api>): Promise<void> {
      await database.collection(apis).update({ resource }, { set })
      await tell('api.updated', resource)
    },

    authorizeUrl,

    signInAt,

    /** The same for a request of our own; gives the code that came back. */
    async approve(person: Person, { client, browser = createBrowser(), ...more }: Approval): Promise<Approved> {
      const verifier = randomBytes(32).toString('base64url')
      const location = await signInAt(authorizeUrl(client, { ...challengeFor(verifier), ...more }), person, client, browser)
      const params = Object.fromEntries(new URL(location).searchParams)
      return { ...params, code: params['code'] ?? '', verifier, params, browser }
    },

    redeem: (client: TestClient, { code, verifier }: Pick<Approved, 'code' | 'verifier'>, more: Record<string, string> = {}) =>
      asClient(client, '/oauth2/token', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: client.redirect_uris[0] ?? '',
        code_verifier: verifier,
        ...more,
      }),

    async stop() {
      await server.close()
      await processes?.stop()
      await database.close()
    },
  }

  /** With `TEST_PROCESSES` real ones answer, each request another. */
  async function inProcesses() {
    if (eachInProcesses === 0) return undefined
    const started = await startAuthProcesses(eachInProcesses, {
      env: { ...given, DATABASE_URL: databaseUrl },
      ...(!systemTime && { clock }),
    })
    handler = started.handler
    return started
  }

  async function tell(type: string, subject: string): Promise<void> {
    await bus.publish({ specversion: '1.0', id: randomUUID(), source: 'test', type, subject, time: '', data: {} })
    await new Promise(setImmediate)
  }

  /** Goes to auth, signs in, agrees where asked, and gives the address that leads back to the app. */
  async function signInAt(address: string, person: Person, client: TestClient, browser = createBrowser()): Promise<string> {
    await browser.get(address)
    await browser.follow(client.redirect_uris[0])
    clock.advance(1000) // people take their time
    if (browser.page.url.includes('/sign-in'))
      await browser.submit({ username: person.username, password: person.password }, 'password')
    await browser.follow(client.redirect_uris[0])
    if (/\/(consent|continue-as)$/.test(browser.page.url)) await browser.submit({ decision: 'allow' }, 'decision')
    const { location } = await browser.follow(client.redirect_uris[0])
    if (!location) throw new Error(`no way back to the app, but ${browser.page.url}: ${browser.page.body}`)
    return location
  }

  function authorizeUrl(client: TestClient, more: Record<string, string> = {}): string {
    const params = {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: client.redirect_uris[0] ?? '',
      scope: 'openid learning:read',
      state: 'xyz',
      ...more,
    }
    return `${url}/oauth2/authorize?${new URLSearchParams(Object.entries(params).filter(([, value]) => value !== ''))}`
  }
}

export type TestAuth = Awaited<ReturnType<typeof startAuth>>

interface Approval {
  client: TestClient
  browser?: Browser
  [parameter: string]: unknown
}

export interface Approved {
  code: string
  verifier: string
  params: Record<string, string>
  browser: Browser
}

export const challengeFor = (verifier: string) => ({
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
})

type Form = Record<string, string> | URLSearchParams | string

/** The form and headers of a request in which a client authenticates as it registered. */
function authenticated(
  { client_id, secret, token_endpoint_auth_method }: TestClient,
  form: Record<string, string>,
): [Form, Record<string, string>] {
  if (token_endpoint_auth_method === 'none') return [{ client_id, ...form }, {}]
  if (token_endpoint_auth_method === 'client_secret_post') return [{ client_id, client_secret: secret ?? '', ...form }, {}]
  return [form, { authorization: basic(client_id, secret ?? '') }]
}

async function postForm(url: string, form: Form, headers: Record<string, string>): Promise<Answer> {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return answerOf(await fetch(url, { method: 'POST', body, headers: { ...type, ...headers }, redirect: 'manual' }))
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}
