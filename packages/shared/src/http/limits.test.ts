import { expect, test } from '@jest/globals'
import { createLog } from '../log.ts'
import { notesApi } from '../testing/notes-api.ts'
import { startResource, stopAfterEach } from '../testing/resource-service.ts'
import { requestLimit } from './request-limit.ts'

const claims = { scope: 'note:read' }
const startNotes = (env: Record<string, string>) =>
  startResource({ ...notesApi, load: (base) => notesApi.load({ ...base, ...env }) })

stopAfterEach()

test('a caller who asks too much waits, nobody else does (RFC 6585 section 4)', async () => {
  const api = await startNotes({ REQUESTS_PER_MINUTE: '3' })
  for (let i = 0; i < 3; i++) expect(await api.get('/notes', claims)).toMatchObject({ status: 200 })
  const refused = await api.get('/notes', claims)
  expect(refused).toMatchObject({ status: 429, body: { type: '/docs/errors#too-many-requests' } })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await (await fetch(`${api.url}/metrics`)).text()).toContain('menshen_throttled_total{limit="caller"} 1\n')
  expect(await api.get('/notes', { ...claims, sub: 'bob' })).toMatchObject({ status: 200 })
  expect(await api.get('/notes', { ...claims, client_id: 'another' })).toMatchObject({ status: 200 })
})

test('the log says whose requests are too many, for whoever an alert called', async () => {
  const lines: string[] = []
  const log = createLog({ service: 'notes', level: 'info', destination: { write: (line) => void lines.push(line) } })
  const api = await startResource({
    ...notesApi,
    load: (base) => notesApi.load({ ...base, REQUESTS_PER_MINUTE: '1' }),
    start: (config, given) => notesApi.start(config, { ...given, log }),
  })
  for (let i = 0; i < 2; i++) await api.get('/notes', { ...claims, client_id: 'busy-app' })
  expect(lines.filter((line) => line.includes('too many')).map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ msg: 'too many requests', limit: 'caller', who: 'busy-app', requestId: expect.any(String) }),
  ])
})

test('the first requests count together, also those that come while the count is loaded', async () => {
  const limit = requestLimit(3, () => {})
  const ctx = { state: { token: { client_id: 'app', sub: 'alice' } } } as unknown as Parameters<typeof limit>[0]
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => limit(ctx, async () => {})))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
})

test('the scripts of a named origin may call with a token and never with cookies; others may not', async () => {
  const api = await startNotes({ CORS_ORIGINS: 'https://spa.example, https://other.example' })
  const headersFor = async (origin: string, method = 'GET') => {
    const preflight = method === 'OPTIONS' ? { 'access-control-request-method': 'PATCH' } : {}
    return Object.fromEntries((await api.send('/notes', { method, headers: { origin, ...preflight } })).headers)
  }
  const allowed = await headersFor('https://spa.example') // 401: the script must be able to read why
  expect(allowed).toMatchObject({ 'access-control-allow-origin': 'https://spa.example', vary: expect.stringMatching(/origin/i) })
  expect(allowed['access-control-expose-headers']).toContain('WWW-Authenticate')
  expect(await headersFor('https://spa.example', 'OPTIONS')).toMatchObject({
    'access-control-allow-methods': expect.stringContaining('PATCH'),
    'access-control-allow-headers': expect.stringContaining('if-match'),
  })
  for (const headers of [
    allowed,
    await headersFor('https://evil.example'),
    await headersFor('https://spa.example.evil.example', 'OPTIONS'),
  ])
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
  expect(await headersFor('https://evil.example')).not.toHaveProperty('access-control-allow-origin')
})

test.each(['*', 'spa.example', 'https://spa.example/', 'https://spa.example/path', 'null'])('%s is no origin', (origin) => {
  expect(() => notesApi.load({ CORS_ORIGINS: origin })).toThrow('CORS_ORIGINS')
})
