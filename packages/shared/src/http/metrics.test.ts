import { expect, test } from '@jest/globals'
import Koa from 'koa'
import { listen } from '../testing/http.ts'
import { createMetrics, type Gauge } from './metrics.ts'

async function metricsOf(gauges: readonly Gauge[]): Promise<string> {
  const server = await listen(new Koa().use(createMetrics([], gauges).route))
  const body = await (await fetch(server.url)).text()
  await server.close()
  return body
}

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

test('a gauge that never answers keeps nobody waiting', async () => {
  const body = await metricsOf([
    { name: 'menshen_silent', help: 'Silent.', read: () => new Promise<number>(() => {}) },
    { name: 'menshen_entries', help: 'How many.', read: () => 7 },
  ])
  expect(body).toContain('menshen_entries 7\n')
  expect(body).not.toMatch(/^menshen_silent /m)
})
