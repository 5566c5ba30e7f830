import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { testRabbitUrl } from '@menshen/shared/testing/brokers'
import { onMongo } from '@menshen/shared/testing/databases'
import { demoDocument } from '@menshen/suite/demo-clients'
import { runTour } from '@menshen/suite/tour/run-tour'
import { type ManyProcesses, startProcesses } from '../support/processes.ts'
import { hasPrometheus, type Panel, type Prometheus, readPanels, startPrometheus } from '../support/prometheus.ts'
import { createTraffic } from '../support/traffic.ts'

/** Tries again until it gives nothing, as values come with the next scrapes; what it gave last is told. */
async function untilNone<T>(look: () => Promise<T[]>): Promise<T[]> {
  const endsAt = performance.now() + 20_000
  for (;;) {
    const left = await look()
    if (left.length === 0 || performance.now() > endsAt) return left
    await wait(250)
  }
}

const declare = (freshUrl: () => string) =>
  describe('Prometheus watches two processes of each service', () => {
    let suite: ManyProcesses
    let prometheus: Prometheus
    beforeAll(async () => {
      const eventsUrl = testRabbitUrl()
      suite = await startProcesses({ databaseUrl: freshUrl(), ...(eventsUrl && { eventsUrl }) })
      prometheus = await startPrometheus({ suite, folder: await mkdtemp(join(tmpdir(), 'menshen-prometheus-')) })
    }, 180_000)
    afterAll(async () => {
      await prometheus?.stop()
      await suite?.stop()
    })

    const withoutData = async (panels: readonly Panel[]) => {
      const asked = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })))
      const answers = await Promise.all(asked.map(({ expr }) => prometheus.query(expr)))
      return asked.filter((_, i) => answers[i]?.length === 0)
    }

    test('every query of the dashboard has values while people use the suite', async () => {
      const traffic = createTraffic(suite)
      expect(await untilNone(() => withoutData([fromZero]))).toEqual([])
      const tour = runTour({
        addresses: suite.addresses,
        demo: demoDocument(suite.addresses),
        print: () => {},
        colour: false,
      })
      const guesses = Array.from({ length: 8 }, () => traffic.guess('nobody'))
      await Promise.all([tour, traffic.phone(5), traffic.job(), ...guesses])
      expect(
        await untilNone(async () => (await withoutData(await readPanels())).filter(({ expr }) => !onlyInNeed(expr))),
      ).toEqual([])
    }, 60_000)

    test('what was seen is what happened: tokens, wrong passwords, and who was told to wait', async () => {
      const seen = async (query: string) => Number((await prometheus.query(query))[0]?.values[0]?.[1] ?? 0)
      const tokens = 'sum(menshen_tokens_total{grant_type="refresh_token"})'
      expect(await untilNone(async () => ((await seen(tokens)) >= 5 ? [] : [tokens]))).toEqual([])
      expect(await seen('sum(menshen_sign_ins_total{outcome="wrong"})')).toBeGreaterThan(0)
      expect(await seen('sum(menshen_throttled_total{limit="name"})')).toBeGreaterThan(0)
      expect(await seen('sum(menshen_database_connections)')).toBeGreaterThan(7) // one at least of each process
    }, 30_000)

    test('where all is well no alert fires', async () => {
      expect(await prometheus.query('ALERTS{alertstate="firing"}')).toEqual([])
      expect(await prometheus.query('up == 1')).toHaveLength(8)
    })
  })

/** In health no alert has a name. */
const onlyInNeed = (expr: string) => expr.startsWith('count by (alertname)')

/** All were looked at before anybody came: of what begins with its first, Prometheus does not see that first. */
const fromZero = {
  title: 'from 0',
  targets: [
    { expr: 'count(up == 1) == 8' },
    { expr: 'count(menshen_sign_ins_total{outcome="right"} == 0) == 2' },
    { expr: 'count(menshen_password_hash_seconds_count == 0) == 2' },
  ],
} as Panel

if (hasPrometheus()) onMongo('Prometheus', declare)
else describe.skip('Prometheus', () => test('skipped: install prometheus (apt-get install prometheus)', () => {}))
