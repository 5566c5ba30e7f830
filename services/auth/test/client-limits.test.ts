import { afterEach, describe, expect, test } from '@jest/globals'
import { createLog } from '@menshen/shared/log'
import { rates } from '../src/stores/rates.ts'
import { bookshop, mobileApp, nosyJob, reader, reportJob, type TestClient } from './support/people.ts'
import { type StartOptions, startAuth, type TestAuth } from './support/start-auth.ts'

const started: TestAuth[] = []
async function start(env: Record<string, string>, options: StartOptions = {}): Promise<TestAuth> {
  const auth = await startAuth({ env: { TRUSTED_PROXIES: '127.0.0.1', ...env }, ...options })
  started.push(auth)
  return auth
}
afterEach(async () => {
  for (const auth of started.splice(0)) await auth.stop()
})

const own = { grant_type: 'client_credentials' }
const tooMany = { status: 429, body: { error: 'temporarily_unavailable' } }

test('the log says who met which limit, for whoever an alert called', async () => {
  const lines: string[] = []
  const log = createLog({ service: 'auth', level: 'info', destination: { write: (line) => void lines.push(line) } })
  const auth = await start({ TOKEN_REQUESTS_PER_MINUTE: '2', CLIENT_FAILURES_PER_MINUTE: '1' }, { log })
  for (let i = 0; i < 3; i++) await auth.token(reportJob, own)
  for (let i = 0; i < 2; i++) await auth.token({ ...nosyJob, secret: 'wrong' }, own)
  const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg.startsWith('too many'))
  expect(told.map(({ detail }) => detail)).toEqual([
    { limit: 'client-requests', who: reportJob.client_id },
    { limit: 'client-failures', who: `${nosyJob.client_id} at 127.0.0.1` },
  ])
})

describe('requests of one client at the token endpoint (TOKEN_REQUESTS_PER_MINUTE)', () => {
  test('one too many is 429 with Retry-After until the minute is over (RFC 6585 section 4); other clients go on', async () => {
    const auth = await start({ TOKEN_REQUESTS_PER_MINUTE: '3' })
    for (let i = 0; i < 3; i++) expect(await auth.token(reportJob, own)).toMatchObject({ status: 200 })
    auth.clock.advance(20_000)
    const refused = await auth.token(reportJob, own)
    expect(refused).toMatchObject(tooMany)
    expect(refused.body.error_description).toBe('too many requests of this client, wait 40 seconds')
    expect(refused.headers.get('retry-after')).toBe('40')
    expect(await auth.token(nosyJob, { ...own, scope: 'user:list' })).toMatchObject({ status: 200 })
    auth.clock.advance(40_000)
    expect(await auth.token(reportJob, own)).toMatchObject({ status: 200 })
  })

  test('they are counted in memory: a request asks the store nothing, a flush once for each client that asked', async () => {
    const auth = await start({ TOKEN_REQUESTS_PER_MINUTE: '100' })
    await auth.token(reportJob, own)
    auth.database.reset()
    for (let i = 0; i < 5; i++) await auth.token(reportJob, own)
    expect(auth.database.calls).toEqual([])
    await auth.deps.requestLimit.flush()
    await auth.deps.requestLimit.flush()
    expect(auth.database.calls).toEqual(['client_rates.upsert'])
    expect(await auth.database.collection(rates).list({})).toMatchObject([{ count: 6 }])
  })

  test('what other processes counted counts with the next flush', async () => {
    const auth = await start({ TOKEN_REQUESTS_PER_MINUTE: '10' })
    const { createRequestLimit } = await import('../src/core/client-limits.ts')
    const other = createRequestLimit(10, auth.deps)
    for (let i = 0; i < 8; i++) other.count('report-job')
    await other.flush()
    await auth.token(reportJob, own)
    await auth.deps.requestLimit.flush()
    expect((await auth.token(reportJob, own)).status).toBe(200)
    expect(await auth.token(reportJob, own)).toMatchObject(tooMany)
  })

  test('nobody who poses as a public client uses up what the others have: each address counts alone', async () => {
    const auth = await start({ TOKEN_REQUESTS_PER_MINUTE: '2' })
    const from = (address: string) =>
      auth.post(
        '/oauth2/token',
        { client_id: reader.client_id, grant_type: 'refresh_token', refresh_token: 'x' },
        { 'x-forwarded-for': address },
      )
    for (let i = 0; i < 2; i++) expect((await from('192.0.2.1')).status).toBe(400)
    expect(await from('192.0.2.1')).toMatchObject(tooMany)
    expect((await from('192.0.2.2')).status).toBe(400)
    for (const host of ['1', '2']) expect((await from(`2001:db8::${host}`)).status).toBe(400)
    expect(await from('2001:db8::3')).toMatchObject(tooMany) // one network of 64 bits is one address
  })

  test('0 is no limit', async () => {
    const auth = await start({ TOKEN_REQUESTS_PER_MINUTE: '0', CLIENT_FAILURES_PER_MINUTE: '0' })
    for (let i = 0; i < 5; i++) expect((await auth.token(reportJob, own)).status).toBe(200)
    await auth.deps.requestLimit.flush()
    for (let i = 0; i < 5; i++) expect((await auth.token(wrong(reportJob), own)).status).toBe(401)
    expect(await auth.database.collection(rates).list({})).toEqual([])
  })
})

const wrong = (client: TestClient): TestClient => ({ ...client, secret: 'wrong' })

describe('failed proofs of being one client (CLIENT_FAILURES_PER_MINUTE)', () => {
  test('after too many from one address it is 429 there, for the right secret too; elsewhere the client goes on', async () => {
    const auth = await start({ CLIENT_FAILURES_PER_MINUTE: '3' })
    const failing = () => auth.token(wrong(reportJob), own)
    for (let i = 0; i < 3; i++) expect(await failing()).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    auth.clock.advance(15_000)
    for (const client of [wrong(reportJob), reportJob]) {
      const refused = await auth.token(client, own)
      expect(refused).toMatchObject(tooMany)
      expect(refused.headers.get('retry-after')).toBe('45')
    }
    const { secret = '', client_id } = reportJob
    const elsewhere = {
      authorization: `Basic ${btoa(`${client_id}:${encodeURIComponent(secret)}`)}`,
      'x-forwarded-for': '192.0.2.9',
    }
    expect(await auth.post('/oauth2/token', own, elsewhere)).toMatchObject({ status: 200 })
    expect((await auth.token(nosyJob, { ...own, scope: 'user:list' })).status).toBe(200)
    auth.clock.advance(45_000)
    expect((await auth.token(reportJob, own)).status).toBe(200)
  })

  test('every endpoint where clients authenticate counts them, each at once: twenty at a time are twenty', async () => {
    const auth = await start({ CLIENT_FAILURES_PER_MINUTE: '20' })
    const paths = ['/oauth2/token', '/oauth2/revoke', '/oauth2/introspect']
    const all = Array.from({ length: 20 }, (_, i) => auth.asClient(wrong(bookshop), paths[i % 3] ?? '', { token: 'x', ...own }))
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([401]))
    expect(await auth.database.collection(rates).list({})).toMatchObject([{ count: 20 }])
    expect(await auth.revoke(bookshop, 'x')).toMatchObject(tooMany)
  })

  test('another process knows with the next failure that there were too many', async () => {
    const auth = await start({ CLIENT_FAILURES_PER_MINUTE: '3' })
    const { clientAt, createFailureLimit } = await import('../src/core/client-limits.ts')
    const other = createFailureLimit(3, auth.deps)
    for (let i = 0; i < 3; i++) await other.count(clientAt(reportJob, '127.0.0.1'))
    expect((await auth.token(wrong(reportJob), own)).status).toBe(401)
    expect(await auth.token(reportJob, own)).toMatchObject(tooMany)
  })

  test('a client that is not registered costs the store nothing, nor does a public one without proof', async () => {
    const auth = await start({})
    await auth.token(mobileApp, own)
    await auth.post('/oauth2/token', { ...own, client_id: 'nobody', client_secret: 'x' })
    auth.database.reset()
    await auth.post('/oauth2/token', { ...own, client_id: 'nobody', client_secret: 'x' })
    await auth.token(mobileApp, own)
    expect(auth.database.calls).toEqual([])
  })
})
