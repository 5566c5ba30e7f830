import { afterEach, expect, test } from '@jest/globals'
import Router from '@koa/router'
import Koa from 'koa'
import { createLog } from '../log.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { type Listening, listen } from '../testing/http.ts'
import { accessLog } from './access-log.ts'
import type { Metrics } from './metrics.ts'
import { requestId } from './request-id.ts'

const servers: Listening[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

interface Line extends Record<string, unknown> {
  level: string
}

/** A server and the line it logs next. */
async function startServer(metrics?: Pick<Metrics, 'observe'>) {
  const clock = createFakeClock()
  const lines: Line[] = []
  let onLine = (_: Line) => {}
  const log = createLog({ service: 'x', level: 'debug', destination: { write: (line) => onLine(JSON.parse(line)) } })
  const nextLine = () =>
    new Promise<Line>((resolve) => {
      onLine = (line) => {
        lines.push(line)
        resolve(line)
      }
    })

  const router = new Router()
  router.get('/users/:id', (ctx) => {
    clock.advance(12)
    ctx.body = 'alice'
  })
  router.get('/healthz', (ctx) => {
    ctx.body = 'ok'
  })
  router.get('/broken', () => {
    throw new Error('broken')
  })
  router.get('/away', (ctx) => {
    ctx.status = 503
  })
  router.get('/slow', () => new Promise(() => {}))
  const app = new Koa()
  app.silent = true
  app.use(requestId)
  app.use(accessLog({ log, clock, ...(metrics && { metrics }) }))
  app.use(router.routes())
  app.use(router.allowedMethods())
  const server = await listen(app)
  servers.push(server)
  return { url: server.url, nextLine, lines }
}

test('a request is one line: no query, as codes travel there (RFC 6819 section 4.4.1.1)', async () => {
  const { url, nextLine, lines } = await startServer()
  const line = nextLine()
  await fetch(`${url}/users/7?code=hunter2`, { headers: { 'x-request-id': 'r1' } })
  expect(await line).toEqual({
    level: 'info',
    time: expect.any(String),
    service: 'x',
    requestId: 'r1',
    traceId: expect.stringMatching(/^[\da-f]{32}$/),
    method: 'GET',
    path: '/users/7',
    route: '/users/:id',
    status: 200,
    ms: 12,
    address: '127.0.0.1',
    msg: 'request',
  })
  expect(lines).toHaveLength(1)
})

test('how long it took is noted by method, route and status, and not for those who look after the service', async () => {
  const noted: object[] = []
  const { url, nextLine } = await startServer({ observe: (name, labels, seconds) => noted.push([name, labels, typeof seconds]) })
  for (const [path, method] of [
    ['/users/7', 'GET'],
    ['/users/8', 'PROPFIND'],
    ['/nothing', 'POST'],
    ['/healthz', 'GET'],
  ] as const) {
    const line = path === '/healthz' ? undefined : nextLine()
    await fetch(`${url}${path}`, { method })
    await line
  }
  const of = (labels: object) => ['menshen_http_request_seconds', labels, 'number']
  expect(noted).toEqual([
    of({ method: 'GET', route: '/users/:id', status: '200' }),
    of({ method: 'other', route: 'none', status: '501' }),
    of({ method: 'POST', route: 'none', status: '404' }),
  ])
})

test('failures of ours are errors, health checks are for debugging', async () => {
  const { url, nextLine } = await startServer()
  for (const [path, expected] of [
    ['/broken', { level: 'error', status: 500 }],
    ['/away', { level: 'error', status: 503 }],
    ['/healthz', { level: 'debug', status: 200 }],
    ['/nothing', { level: 'info', status: 404 }],
  ] as const) {
    const line = nextLine()
    await fetch(url + path)
    expect(await line).toMatchObject(expected)
  }
})

test('a method that nobody knows is no error: strangers must not fill the log of errors', async () => {
  const { url, nextLine } = await startServer()
  const line = nextLine()
  await fetch(`${url}/users/7`, { method: 'PROPFIND' })
  expect(await line).toMatchObject({ level: 'info', method: 'PROPFIND', status: 501 })
})

test('a caller who leaves before the answer is logged as such', async () => {
  const { url, nextLine } = await startServer()
  const line = nextLine()
  await expect(fetch(`${url}/slow`, { signal: AbortSignal.timeout(50) })).rejects.toThrow()
  expect(await line).toMatchObject({ path: '/slow', status: 499, level: 'info' })
})

test("a caller's request id is taken if it is a harmless word, and answered", async () => {
  const { url } = await startServer()
  const idFor = async (given?: string) =>
    (await fetch(url, { headers: given ? { 'x-request-id': given } : {} })).headers.get('x-request-id')
  expect(await idFor('a-B_9.z')).toBe('a-B_9.z')
  for (const given of [undefined, 'a b', 'a"b', 'x'.repeat(65)]) expect(await idFor(given)).toMatch(/^[\da-f]{32}$/)
})
