import { afterEach, expect, test } from '@jest/globals'
import Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import { createLog } from '../log.ts'
import { DatabaseUnavailable } from '../storage/unavailable.ts'
import { type Listening, listen } from '../testing/http.ts'
import { testLog } from '../testing/test-log.ts'
import { readJson } from './body.ts'
import { Problem, type ProblemsOptions, problems } from './problem.ts'
import { requestId } from './request-id.ts'

const servers: Listening[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function startServer(handler: Middleware, options: Partial<ProblemsOptions> = {}) {
  const router = new Router()
  router.post('/thing', handler)
  const app = new Koa()
  app.silent = true
  app.use(requestId)
  app.use(problems({ log: testLog, ...options }))
  app.use(router.routes())
  app.use(router.allowedMethods())
  const server = await listen(app)
  servers.push(server)
  return async (method = 'POST', path = '/thing', init: RequestInit = {}) => {
    const response = await fetch(server.url + path, { method, ...init, headers: { 'x-request-id': 'r1', ...init.headers } })
    const text = await response.text()
    return { status: response.status, headers: Object.fromEntries(response.headers), body: text && JSON.parse(text) }
  }
}

const throwing =
  (error: unknown): Middleware =>
  () => {
    throw error
  }

test('a problem is answered as a problem document with its headers and members (RFC 9457 section 3)', async () => {
  const call = await startServer(
    throwing(
      new Problem('conflict', {
        detail: 'the name is taken',
        extensions: { name: 'x', status: 1 },
        headers: { 'retry-after': '3' },
      }),
    ),
  )
  const answer = await call()
  expect(answer.status).toBe(409)
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'retry-after': '3',
  })
  expect(answer.body).toEqual({
    type: '/docs/errors#conflict',
    title: 'The state of the resource does not allow this',
    status: 409,
    detail: 'the name is taken',
    name: 'x',
    request_id: 'r1',
  })
})

test('the address of the documentation is an option (RFC 9457 section 3.1.1)', async () => {
  const call = await startServer(throwing(new Problem('forbidden')), { docs: 'https://docs.example/errors' })
  expect((await call()).body).toMatchObject({ type: 'https://docs.example/errors#forbidden', status: 403 })
})

test.each([new Error('password is hunter2'), 'hunter2', undefined, Object.assign(new Error('hunter2'), { status: 404 })])(
  'whatever else is thrown is answered with 500 and stays in the log, with the request id (RFC 9457 section 5)',
  async (thrown) => {
    const lines: string[] = []
    const log = createLog({ service: 'x', level: 'info', destination: { write: (line) => void lines.push(line) } })
    const answer = await (await startServer(throwing(thrown), { log }))()
    expect(answer).toMatchObject({ status: 500, body: { type: '/docs/errors#internal-error', request_id: 'r1' } })
    expect(JSON.stringify(answer)).not.toContain('hunter2')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(thrown ? /"requestId":"r1".*hunter2|hunter2.*"requestId":"r1"/ : /"requestId":"r1"/)
  },
)

test('an unknown path is a 404 problem, an unknown method a 405 problem that names those offered (RFC 9110 section 15.5.6)', async () => {
  const call = await startServer(() => {})
  expect(await call('GET', '/nothing')).toMatchObject({ status: 404, body: { type: '/docs/errors#not-found' } })
  expect(await call('PUT')).toMatchObject({
    status: 405,
    headers: { allow: 'POST' },
    body: { type: '/docs/errors#method-not-allowed' },
  })
  expect(await call('PROPFIND')).toMatchObject({ status: 501, body: { type: '/docs/errors#not-implemented' } })
  expect(await call('OPTIONS')).toMatchObject({ status: 200, headers: { allow: 'POST' } })
})

test('a body that cannot be read keeps its status', async () => {
  const call = await startServer(async (ctx) => void (await readJson(ctx, { limit: 10 })))
  const json = { 'content-type': 'application/json' }
  expect(await call('POST', '/thing', { body: '{', headers: json })).toMatchObject({
    status: 400,
    body: { detail: 'the body is not valid JSON' },
  })
  expect(await call('POST', '/thing', { body: '"12345678901"', headers: json })).toMatchObject({
    status: 413,
    headers: { connection: 'close' },
  })
  expect(await call('POST', '/thing', { body: '{}' })).toMatchObject({
    status: 415,
    body: { type: '/docs/errors#unsupported-media-type' },
  })
})

test("Koa's own client errors become problems of their status, or of 400", async () => {
  const bad = await startServer((ctx) => ctx.throw(412, 'no'))
  expect(await bad()).toMatchObject({ status: 412, body: { type: '/docs/errors#precondition-failed' } })
  const odd = await startServer((ctx) => ctx.throw(418, 'no'))
  expect(await odd()).toMatchObject({ status: 400, body: { type: '/docs/errors#invalid-request' } })
})

test('an answer that went well is left alone', async () => {
  const call = await startServer((ctx) => {
    ctx.status = 204
  })
  expect(await call()).toMatchObject({ status: 204, body: '' })
})

test('a database that is away is a 503 that says when to come again, and names nothing of it', async () => {
  const call = await startServer(throwing(new DatabaseUnavailable(new Error('mongodb://u:hunter2@one'))))
  const { status, headers, body } = await call()
  expect({ status, body }).toMatchObject({ status: 503, body: { type: '/docs/errors#unavailable', status: 503 } })
  expect(headers['retry-after']).toBe('2')
  expect(JSON.stringify(body)).not.toContain('hunter2')
})
