import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Suite } from '@menshen/suite/start-suite'
import { readPanels } from './support/prometheus.ts'
import { startTestSuite } from './support/suite.ts'

let suite: Suite
/** All that the services tell, after something happened at each. */
let told: Map<string, Set<string>>

/** What a name in a query stands for in the text of `/metrics`, with its labels. */
async function metricsOf(address: string): Promise<Array<[name: string, labels: string[]]>> {
  const text = await (await fetch(`${address}/metrics`)).text()
  return [...text.matchAll(/^([a-z_0-9]+)(?:\{(.*)\})? /gm)].map(([, name = '', labels = '']) => [
    name,
    [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
  ])
}

beforeAll(async () => {
  suite = await startTestSuite('sqlite::memory:')
  const { issuer, userApi, projectApi, openApi } = suite.addresses
  for (const password of ['alice-demo-password-8060', 'wrong']) {
    const body = new URLSearchParams({ grant_type: 'password', client_id: 'mobile-app', username: 'alice', password })
    await fetch(`${issuer}/oauth2/token`, { method: 'POST', body })
  }
  for (const api of [userApi, projectApi, openApi]) await fetch(`${api}/users/me`)
  told = new Map()
  for (const address of [issuer, userApi, projectApi, openApi])
    for (const [name, labels] of await metricsOf(address)) told.set(name, new Set([...(told.get(name) ?? []), ...labels]))
}, 60_000)
afterAll(() => suite?.stop())

/** Names that are no metrics, and labels that Prometheus adds. */
const words = new Set([
  'up',
  'sum',
  'by',
  'rate',
  'increase',
  'histogram_quantile',
  'topk',
  'max',
  'min',
  'or',
  'count',
  'vector',
])

const added = new Set(['job', 'instance', 'alertname', 'alertstate'])

/** Told of a MongoDB alone; `test/processes/monitoring.test.ts` has one. */
const ofMongo = new Set(['menshen_database_connections', 'menshen_database_connections_in_use', 'menshen_database_calls_waiting'])

function strangersIn(query: string): string[] {
  const withoutText = query.replace(/"[^"]*"/g, '')
  const names = [...withoutText.matchAll(/\b(?:menshen|nodejs|process)_\w+/g)].map(([name]) => name)
  const by = [...withoutText.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/))
  const compared = [...withoutText.matchAll(/(\w+)=~?/g)].map(([, label = '']) => label)
  const labels = new Set(names.flatMap((name) => [...(told.get(name) ?? [])]))
  return [
    ...names.filter((name) => !told.has(name) && !ofMongo.has(name)),
    ...[...by, ...compared].filter((label) => !added.has(label) && !words.has(label) && !labels.has(label)),
  ]
}

test('the dashboard asks for metrics and labels that there are', async () => {
  const panels = await readPanels()
  expect(panels.length).toBeGreaterThan(10)
  for (const { title, targets } of panels) for (const { expr } of targets) expect([title, strangersIn(expr)]).toEqual([title, []])
})

test('every alert asks for metrics and labels that there are, and docs/operations.md says what to do', async () => {
  const rules = await readFile('docs/monitoring/alerts.yml', 'utf8')
  const page = await readFile('docs/operations.md', 'utf8')
  const alerts = rules.split(/^ {6}- alert: /m).slice(1)
  expect(alerts.length).toBeGreaterThan(10)
  for (const alert of alerts) {
    const [name = ''] = alert.split('\n')
    const [, query = ''] = /expr: (?:>-\n)?([\s\S]*?)\n {8}(?:for|labels):/.exec(alert) ?? []
    expect([name, query === '', strangersIn(query), page.includes(`\`${name}\``)]).toEqual([name, false, [], true])
  }
})

test('what our services tell of themselves is watched: each metric of ours is on the dashboard or in a rule', async () => {
  const watched = `${await readFile('docs/monitoring/grafana.json', 'utf8')}${await readFile('docs/monitoring/alerts.yml', 'utf8')}`
  const ours = [...told.keys()]
    .filter((name) => name.startsWith('menshen_'))
    .map((name) => name.replace(/_(bucket|sum|count)$/, ''))
  expect([...new Set(ours)].filter((name) => !watched.includes(name))).toEqual([])
})

test('every alert leads to the panel that shows what it asks for', async () => {
  const panels = await readPanels()
  const rules = await readFile('docs/monitoring/alerts.yml', 'utf8')
  for (const alert of rules.split(/^ {6}- alert: /m).slice(1)) {
    const [name = ''] = alert.split('\n')
    const id = Number(/panel: \/d\/menshen\?viewPanel=(\d+)/.exec(alert)?.[1])
    const shown = panels.find((panel) => panel.id === id)?.targets.map(({ expr }) => expr) ?? []
    const asked = /\b(?:up\b|(?:menshen|nodejs)_\w+)/.exec(alert)?.[0] ?? ''
    expect([name, shown.some((expr) => expr.includes(asked))]).toEqual([name, true])
  }
})
