import { afterEach, describe, expect, test } from '@jest/globals'
import type { ResourceConfig } from '../config/resource-settings.ts'
import type { Env } from '../config/settings.ts'
import type { ResourceServing, Surroundings } from '../http/resource-service.ts'
import { openDatabase, type Schema } from '../storage/index.ts'
import { onMongo } from './databases.ts'
import { type Answered, documentCheck } from './documented.ts'
import { createFakeClock } from './fake-clock.ts'
import { startIssuer } from './issuer.ts'
import { createPatientBus } from './patient-bus.ts'
import { requirePlans } from './planned-database.ts'
import { testLog } from './test-log.ts'

/** A resource service, as its package exports it. */
export interface ResourceProgram {
  /** What it stores: its queries are then planned (`planned-database.ts`). */
  schema?: Schema
  load(env: Env): ResourceConfig
  start(config: ResourceConfig, surroundings: Surroundings): Promise<ResourceServing>
}

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of an answer, which the test looks into
  body: any
}

type Claims = Readonly<Record<string, unknown>>

const started: (() => Promise<void>)[] = []

/** A resource service on a free port, with its own issuer and a clock that stands still; it stops after the test. */
export async function startResource({ load, start, schema }: ResourceProgram, databaseUrl = 'sqlite::memory:', env: Env = {}) {
  const clock = createFakeClock()
  const issuer = await startIssuer(clock)
  const own = { PORT: '0', ISSUER: issuer.issuer, RESOURCE: 'https://api.example', DATABASE_URL: databaseUrl }
  const config = load({ ...own, ...env })
  const bus = createPatientBus()
  const planned = schema && { database: requirePlans(await openDatabase(databaseUrl, { schema, clock })) }
  const { url, database, stop } = await start(config, { log: testLog, bus, clock, ...planned })
  started.push(stop, issuer.close)

  const requireDocumented = await checkOf(url)
  async function send(path: string, init: RequestInit = {}): Promise<Answer> {
    const answer = await answerOf(await fetch(`${url}${path}`, init))
    requireDocumented({ method: init.method ?? 'GET', path, ...answer })
    return answer
  }

  /** With a token of alice, whose claims differ as given. */
  async function call(method: string, path: string, { claims = {}, body, headers = {} }: Call = {}): Promise<Answer> {
    const token = await issuer.accessToken({ claims })
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    return send(path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...json, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  return {
    url,
    clock,
    issuer,
    bus,
    database,
    send,
    call,
    get: (path: string, claims: Claims = {}) => call('GET', path, { claims }),
  }
}

/** What a call says beside method and path. */
export interface Call {
  claims?: Claims
  /** Sent as JSON; a string as it is. */
  body?: unknown
  headers?: Readonly<Record<string, string>>
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

/** Every answer to a test is compared with the document of the service that gave it. */
async function checkOf(url: string): Promise<(answered: Answered) => void> {
  const response = await fetch(`${url}/openapi.json`)
  return response.ok ? documentCheck(await response.json()) : () => {}
}

/** Stops what the tests of a file start. */
export function stopAfterEach(): void {
  afterEach(async () => {
    for (const stop of started.splice(0)) await stop()
  })
}

/** A suite on SQLite in memory, and on MongoDB where there is one; every call of its argument names an empty database. */
export function onEachDatabase(suite: (databaseUrl: () => string) => void): void {
  describe('on SQLite', () => suite(() => 'sqlite::memory:'))
  onMongo('it', (freshUrl) => describe('on MongoDB', () => suite(freshUrl)))
}

/** What every resource service must do alike, shown on one of its routes. */
export function resourceContract(program: ResourceProgram, { path, scope }: { path: string; scope: string }): void {
  const problem = (slug: string) => ({ type: `/docs/errors#${slug}`, title: expect.any(String), request_id: expect.any(String) })
  const challengeOf = ({ headers }: Answer) => headers.get('www-authenticate')

  describe('as a resource service', () => {
    test('without a token it answers 401 and asks for one, without an error code (RFC 6750 section 3.1)', async () => {
      const api = await startResource(program)
      const answer = await api.send(path)
      expect(answer).toMatchObject({ status: 401, body: problem('unauthenticated') })
      expect(challengeOf(answer)).toBe('Bearer')
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
    })

    test('a token that is broken, expired, of another issuer or for another API is invalid_token (RFC 9068 section 4)', async () => {
      const api = await startResource(program)
      const broken = await api.send(path, { headers: { authorization: 'Bearer broken' } })
      const faults = [{ exp: 1 }, { iss: 'https://elsewhere.example' }, { aud: 'https://other.example' }]
      const refused = await Promise.all(faults.map((claims) => api.get(path, { scope, ...claims })))
      for (const answer of [broken, ...refused]) {
        expect(answer).toMatchObject({ status: 401, body: problem('invalid-token') })
        expect(challengeOf(answer)).toContain('error="invalid_token"')
      }
    })

    test('its metrics tell of its events and of what it knows of revoked tokens', async () => {
      const { url } = await startResource(program)
      const body = await (await fetch(`${url}/metrics`)).text()
      for (const told of [
        'menshen_events_live 1',
        'menshen_events_waiting 0',
        'menshen_events_retrying 0',
        'menshen_events_parked 0',
        'menshen_revocation_feed_staleness_seconds 0',
        'menshen_revocation_feed_entries 0',
      ])
        expect(body.split('\n')).toContain(told)
    })

    test('with ADMIN_PORT its own port tells operators nothing but that it answers', async () => {
      const api = await startResource(program, 'sqlite::memory:', { ADMIN_PORT: '0' })
      const statuses = ['/healthz', '/readyz', '/metrics'].map(async (at) => (await fetch(`${api.url}${at}`)).status)
      expect(await Promise.all(statuses)).toEqual([200, 404, 404])
    })

    test('where nothing passes before it is known what was revoked, it says that it is not ready', async () => {
      const env = { REVOCATION_MAX_STALENESS: '5', CLIENT_SECRET: 'a secret that auth does not know' }
      const api = await startResource(program, 'sqlite::memory:', env)
      expect((await api.get(path, { scope })).status).toBe(503)
      const ready = await fetch(`${api.url}/readyz`)
      expect([ready.status, await ready.json()]).toEqual([
        503,
        expect.objectContaining({ status: 'unavailable', unavailable: ['revocations'] }),
      ])
    })

    test('a token of one of several audiences will do, if one is this API', async () => {
      const api = await startResource(program)
      expect(await api.get(path, { scope, aud: ['https://other.example', 'https://api.example'] })).toMatchObject({ status: 200 })
    })

    test('a token without the scope is answered 403 with the scope that is needed (RFC 6750 section 3.1)', async () => {
      const api = await startResource(program)
      const answer = await api.get(path, { scope: 'openid' })
      expect(answer).toMatchObject({ status: 403, body: problem('insufficient-scope') })
      expect(challengeOf(answer)).toContain(`error="insufficient_scope"`)
      expect(challengeOf(answer)).toContain(`scope="${scope}"`)
    })

    test('a query parameter that is not known is refused by name', async () => {
      const api = await startResource(program)
      for (const name of ['sub', '__proto__', 'access_token']) {
        const { status, body } = await api.get(`${path}?${name}=bob`, { scope })
        const errors = [{ field: name, detail: 'is not known here' }]
        expect({ status, body }).toMatchObject({ status: 400, body: { ...problem('invalid-request'), errors } })
      }
    })

    test('an unknown path is a 404 problem, a wrong method a 405 problem that names the right ones', async () => {
      const api = await startResource(program)
      expect(await api.send('/nowhere')).toMatchObject({ status: 404, body: problem('not-found') })
      for (const target of [path, '/readyz']) {
        const answer = await api.send(target, { method: 'DELETE' })
        expect(answer).toMatchObject({ status: 405, body: problem('method-not-allowed') })
        expect(answer.headers.get('allow')).toMatch(/^HEAD, GET/)
      }
    })

    test('no answer is kept, sniffed or framed', async () => {
      const api = await startResource(program)
      for (const answer of [await api.get(path, { scope }), await api.send(path), await api.send('/nowhere')]) {
        expect(Object.fromEntries(answer.headers)).toMatchObject({
          'cache-control': 'no-store',
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
        })
      }
    })

    test('it lives and is ready; auth away only degrades it, and is asked at most every ten seconds', async () => {
      const api = await startResource(program)
      expect(await api.send('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
      for (let i = 0; i < 5; i++) expect(await api.send('/readyz')).toMatchObject({ status: 200, body: { status: 'ok' } })
      expect(api.issuer.fetches).toBe(1)

      api.issuer.answer.status = 500
      api.clock.advance(10_000)
      expect(await api.send('/readyz')).toMatchObject({ status: 200, body: { status: 'degraded', degraded: ['auth'] } })
      expect(api.issuer.fetches).toBe(2)
    })

    test('without its database it is not ready', async () => {
      const api = await startResource(program)
      await api.database.close()
      expect(await api.send('/readyz')).toMatchObject({
        status: 503,
        body: { status: 'unavailable', unavailable: ['database'] },
      })
    })
  })
}
