import { execFile } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { hasPrometheus } from './support/prometheus.ts'

const rules = resolve('docs/monitoring/alerts.yml')

/** Series in promtool's notation, one value each half minute: `0+3x60` grows by 3 each. */
type Told = Readonly<Record<string, string>>

const auth = 'job="menshen-auth",instance="1"'
const count = (status: string) => `menshen_http_request_seconds_count{${auth},route="/oauth2/token",status="${status}"}`
const bucket = (name: string, labels: string, le: string) => `${name}_bucket{${auth},${labels}le="${le}"}`
const tokens = (le: string) => bucket('menshen_http_request_seconds', 'route="/oauth2/token",', le)
const store = (le: string) => bucket('menshen_store_seconds', 'collection="grants",operation="find",', le)

/** An hour and more of a suite in which all is well: 10 requests a second, a few people who mistype. */
const health: Told = {
  [`up{${auth}}`]: '1x160',
  [`menshen_ready{${auth}}`]: '1x160',
  [`process_start_time_seconds{${auth}}`]: '1000x60 2000x100', // started again once
  [count('200')]: '0+300x160',
  [count('503')]: '0x160',
  [count('501')]: '0+9x160', // anybody gets it who asks with a method that nobody knows
  [tokens('0.1')]: '0+300x160',
  [tokens('1')]: '0+300x160',
  [tokens('2.5')]: '0+300x160',
  [tokens('+Inf')]: '0+300x160',
  [store('0.05')]: '0+900x160',
  [store('0.5')]: '0+900x160',
  [store('2')]: '0+900x160',
  [store('+Inf')]: '0+900x160',
  [`nodejs_eventloop_lag_p99_seconds{${auth}}`]: '0.02x160',
  [`menshen_password_hashes_waiting{${auth}}`]: '3x160',
  [`menshen_sign_ins_total{${auth},outcome="wrong"}`]: '0+9x160',
  [`menshen_throttled_total{${auth},limit="client-requests"}`]: '0+3x160',
  [`menshen_database_calls_waiting{${auth}}`]: '2x160',
  [`menshen_events_live{${auth}}`]: '1x160',
  [`menshen_outbox_lag_seconds{${auth}}`]: '1x160',
  [`menshen_events_parked{${auth}}`]: '0x160',
  [`menshen_events_retrying{${auth}}`]: '0x160',
  [`menshen_events_waiting{${auth}}`]: '12x160',
  [`menshen_revocation_feed_staleness_seconds{${auth}}`]: '1x160',
  [`menshen_signing_key_age_seconds{${auth}}`]: '7776000x160', // 90 days
  [`menshen_backchannel_logouts_total{${auth},outcome="given up"}`]: '0x160',
}

/** What is otherwise, from the twentieth minute on, and after how many minutes the alert fires. */
const faults: Array<[alert: string, minutes: number, told: Told]> = [
  ['MenshenDown', 1, { [`up{${auth}}`]: '1x40 0x120' }],
  ['MenshenUnready', 1, { [`menshen_ready{${auth}}`]: '1x40 0x120' }],
  ['MenshenRestarting', 15, { [`process_start_time_seconds{${auth}}`]: '1000x40 2000+120x120' }],
  ['MenshenUnwatched', 10, { [`up{${auth}}`]: '1x40 _x120' }],
  ['MenshenErrors', 9, { [count('503')]: '0x40 0+9x120' }],
  ['MenshenTokensSlow', 15, { [tokens('0.1')]: '0+300x40 12000x120', [tokens('1')]: '0+300x40 12000x120' }],
  ['MenshenStoreSlow', 15, { [store('0.05')]: '0+900x40 36000x120', [store('0.5')]: '0+900x40 36000x120' }],
  ['MenshenPoolExhausted', 2, { [`menshen_database_calls_waiting{${auth}}`]: '0x40 6x120' }],
  ['MenshenEventLoopBlocked', 5, { [`nodejs_eventloop_lag_p99_seconds{${auth}}`]: '0.02x40 0.3x120' }],
  ['MenshenPasswordsWait', 2, { [`menshen_password_hashes_waiting{${auth}}`]: '0x40 21x120' }],
  ['MenshenGuessing', 20, { [`menshen_sign_ins_total{${auth},outcome="wrong"}`]: '0x40 0+200x120' }],
  ['MenshenClientThrottled', 20, { [`menshen_throttled_total{${auth},limit="client-requests"}`]: '0x40 0+40x120' }],
  ['MenshenBrokerAway', 5, { [`menshen_events_live{${auth}}`]: '1x40 0x120' }],
  ['MenshenOutboxLag', 3, { [`menshen_outbox_lag_seconds{${auth}}`]: '0x40 61x120' }],
  ['MenshenEventsParked', 0, { [`menshen_events_parked{${auth}}`]: '0x40 1x120' }],
  ['MenshenEventsRetrying', 15, { [`menshen_events_retrying{${auth}}`]: '0x40 1x120' }],
  ['MenshenEventsWaiting', 10, { [`menshen_events_waiting{${auth}}`]: '0x40 1001x120' }],
  ['MenshenRevocationsStale', 1, { [`menshen_revocation_feed_staleness_seconds{${auth}}`]: '0x40 6x120' }],
  ['MenshenSigningKeyOld', 0, { [`menshen_signing_key_age_seconds{${auth}}`]: '7776000x40 8208001x120' }],
  ['MenshenLogoutsUntold', 1, { [`menshen_backchannel_logouts_total{${auth},outcome="given up"}`]: '0x40 1x120' }],
]

/** Whether this alert and no other fires at this minute, as a test of promtool. */
const firing = (alert: string | undefined, minute: number) => ({
  expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
  eval_time: `${minute * 60}s`,
  exp_samples: alert === undefined ? [] : [{ labels: `{alertname="${alert}"}`, value: 1 }],
})

const story = (told: Told, promql_expr_test: object[]) => ({
  interval: '30s',
  input_series: Object.entries({ ...health, ...told }).map(([series, values]) => ({ series, values })),
  promql_expr_test,
})

const promtool = (...args: string[]): Promise<string> =>
  new Promise((done) => execFile('promtool', args, (error, stdout, stderr) => done(error ? stdout + stderr : 'right')))

async function holds(tests: object[]): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'menshen-alerts-')), 'tests.yml')
  await writeFile(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '30s', tests })) // JSON is YAML
  return promtool('test', 'rules', file)
}

function declare(): void {
  test('Prometheus takes the rules', async () => {
    expect(await promtool('check', 'rules', rules)).toBe('right')
  })

  test('the example of a configuration is one that Prometheus takes', async () => {
    expect(await promtool('check', 'config', resolve('docs/monitoring/prometheus.yml'))).toContain('right')
  })

  test('where all is well no alert fires, in more than an hour', async () => {
    expect(
      await holds([
        story(
          {},
          [5, 20, 40, 60, 80].map((minute) => firing(undefined, minute)),
        ),
      ]),
    ).toBe('right')
  })

  test.each(faults)('%s fires, %i minutes after its cause began, and no other', async (alert, minutes, told) => {
    expect(await holds([story(told, [firing(undefined, 19.5), firing(alert, 20 + minutes + 1)])])).toBe('right')
  })

  test('each alert is among those', async () => {
    const named = [...(await readFile(rules, 'utf8')).matchAll(/alert: (\w+)/g)].map(([, name]) => name)
    expect(faults.map(([name]) => name).sort()).toEqual(named.sort())
  })
}

if (hasPrometheus()) describe('the rules for alerts', declare)
else describe.skip('the rules for alerts', () => test('skipped: install prometheus (apt-get install prometheus)', () => {}))
