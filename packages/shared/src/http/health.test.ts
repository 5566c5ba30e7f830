import { afterEach, expect, test } from '@jest/globals'
import Koa from 'koa'
import { type Listening, listen } from '../testing/http.ts'
import { type HealthOptions, healthRoutes, readyGauge } from './health.ts'

const servers: Listening[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function ask(path: string, options: HealthOptions) {
  const app = new Koa()
  app.use(healthRoutes(options).routes())
  const server = await listen(app)
  servers.push(server)
  const response = await fetch(server.url + path)
  expect(response.headers.get('cache-control')).toBe('no-store')
  return { status: response.status, body: await response.json() }
}

const there = async () => {}
const gone = () => {
  throw new Error('gone')
}
const silent = () => new Promise<void>(() => {})

test('a process that answers is healthy, whatever it leans on', async () => {
  expect(await ask('/healthz', { ready: { database: { check: gone, required: true } } })).toEqual({
    status: 200,
    body: { status: 'ok' },
  })
})

test('a service is ready when all it leans on is there', async () => {
  const ready = { database: { check: there, required: true }, broker: { check: there, required: false } }
  expect(await ask('/readyz', { ready })).toEqual({ status: 200, body: { status: 'ok' } })
})

test('without something it can do without, a service is ready but degraded', async () => {
  const ready = { database: { check: there, required: true }, broker: { check: async () => gone(), required: false } }
  expect(await ask('/readyz', { ready })).toEqual({ status: 200, body: { status: 'degraded', degraded: ['broker'] } })
})

test('without something required a service is not ready, and a check that does not answer counts as failed', async () => {
  const ready = { database: { check: silent, required: true }, broker: { check: gone, required: false } }
  const body = { status: 'unavailable', unavailable: ['database'], degraded: ['broker'] }
  expect(await ask('/readyz', { ready, timeout: 20 })).toEqual({ status: 503, body })
})

test.each([
  ['all is there', { database: { check: there, required: true } }, 1],
  ['what it can do without is away', { database: { check: there, required: true }, broker: { check: gone, required: false } }, 1],
  ['what it needs is away', { database: { check: gone, required: true } }, 0],
  ['what it needs says nothing', { database: { check: silent, required: true } }, 0],
])('for who watches, when %s, it is a number', async (_, ready, told) => {
  expect(await readyGauge(ready, 50).read()).toBe(told)
})
