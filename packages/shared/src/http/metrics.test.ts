import { expect, test } from '@jest/globals'
import Koa from 'koa'
import { listen } from '../testing/http.ts'
import { createMetrics, type Gauge, type Metrics } from './metrics.ts'

async function bodyOf({ route }: Metrics): Promise<string> {
  const server = await listen(new Koa().use(route))
  const body = await (await fetch(server.url)).text()
  await server.close()
  return body
}

const linesOf = async (metrics: Metrics) => (await bodyOf(metrics)).split('\n').filter((line) => line.includes('menshen'))
const metricsOf = (gauges: readonly Gauge[]) => bodyOf(createMetrics({ gauges: () => gauges }))

test('a gauge is looked up each time; one that fails is left out, and the rest is told', async () => {
  const body = await metricsOf([
    { name: 'menshen_age_seconds', help: 'Its age.', read: async () => 1.5 },
    { name: 'menshen_away', help: 'Not there.', read: () => Promise.reject(new Error('the broker is away')) },
    {
      name: 'menshen_broken',
      help: 'A fault.',
      read: () => {
        throw new Error('a fault')
      },
    },
    { name: 'menshen_entries', help: 'How many.', read: () => 0 },
  ])
  expect(body).toContain('# TYPE menshen_age_seconds gauge\nmenshen_age_seconds 1.5\n')
  expect(body).toContain('menshen_entries 0\n')
  expect(body).not.toMatch(/^menshen_(away|broken) /m)
})

test('times fall into buckets, each with those below it, by the values of their labels', async () => {
  const timed = [{ name: 'menshen_seconds', help: 'How long.', labels: ['route'], buckets: [0.1, 1] }]
  const metrics = createMetrics({ timed })
  for (const seconds of [0.05, 0.1, 0.5, 3]) metrics.observe('menshen_seconds', { route: '/a' }, seconds)
  metrics.observe('menshen_seconds', { route: '/b' }, 2)
  metrics.observe('menshen_nobody', {}, 2)
  expect(await linesOf(metrics)).toEqual([
    '# HELP menshen_seconds How long.',
    '# TYPE menshen_seconds histogram',
    'menshen_seconds_bucket{route="/a",le="0.1"} 2',
    'menshen_seconds_bucket{route="/a",le="1"} 3',
    'menshen_seconds_bucket{route="/a",le="+Inf"} 4',
    'menshen_seconds_sum{route="/a"} 3.65',
    'menshen_seconds_count{route="/a"} 4',
    'menshen_seconds_bucket{route="/b",le="0.1"} 0',
    'menshen_seconds_bucket{route="/b",le="1"} 0',
    'menshen_seconds_bucket{route="/b",le="+Inf"} 1',
    'menshen_seconds_sum{route="/b"} 2',
    'menshen_seconds_count{route="/b"} 1',
  ])
  expect(await bodyOf(metrics)).toContain('nodejs_eventloop_lag_p99_seconds')
})

test('what is known to come is told as 0 before its first', async () => {
  const metrics = createMetrics({
    counted: [{ name: 'menshen_total', help: 'How many.', labels: ['outcome'], known: [{ outcome: 'right' }] }],
    timed: [{ name: 'menshen_seconds', help: 'How long.', labels: [], known: [{}], buckets: [1] }],
  })
  expect((await linesOf(metrics)).filter((line) => !line.startsWith('#'))).toEqual([
    'menshen_total{outcome="right"} 0',
    'menshen_seconds_bucket{le="1"} 0',
    'menshen_seconds_bucket{le="+Inf"} 0',
    'menshen_seconds_sum 0',
    'menshen_seconds_count 0',
  ])
})

test('a gauge that never answers keeps nobody waiting', async () => {
  const body = await metricsOf([
    { name: 'menshen_silent', help: 'Silent.', read: () => new Promise<number>(() => {}) },
    { name: 'menshen_entries', help: 'How many.', read: () => 7 },
  ])
  expect(body).toContain('menshen_entries 7\n')
  expect(body).not.toMatch(/^menshen_silent /m)
})
