import { expect, test } from '@jest/globals'
import Koa from 'koa'
import { listen } from '../testing/http.ts'
import { testLog } from '../testing/test-log.ts'
import { serveAdmin } from './admin.ts'
import { healthRoutes } from './health.ts'
import { createMetrics } from './metrics.ts'

const health = {
  ready: {},
  metrics: createMetrics({ gauges: () => [{ name: 'menshen_entries', help: 'How many.', read: () => 1 }] }),
}

test('what operators ask is on a port of its own where the settings name one, and then nowhere else', async () => {
  const admin = await serveAdmin('x', { config: { host: '127.0.0.1', adminPort: 0 }, log: testLog, ...health })
  const own = await listen(new Koa().use(healthRoutes({ ...health, apart: true }).routes()))
  const statusOf = async (url: string) =>
    Promise.all(['/healthz', '/readyz', '/metrics'].map(async (path) => (await fetch(`${url}${path}`)).status))
  expect([await statusOf(admin?.url ?? ''), await statusOf(own.url)]).toEqual([
    [200, 200, 200],
    [200, 404, 404],
  ])
  await own.close()
  await admin?.stop()
  expect(await serveAdmin('x', { config: { host: '127.0.0.1', adminPort: undefined }, log: testLog, ...health })).toBeUndefined()
})
