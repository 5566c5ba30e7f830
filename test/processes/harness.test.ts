import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { until } from '@menshen/shared/events/contract'
import { testSqliteUrl } from '@menshen/shared/testing/databases'
import { type ManyProcesses, startProcesses } from '../support/processes.ts'

/** What the other tests in processes lean on. */
describe('the suite in two processes of each service, on one SQLite file each', () => {
  let suite: ManyProcesses
  beforeAll(async () => {
    suite = await startProcesses({ databaseUrl: dirname(testSqliteUrl()) })
  }, 180_000)
  afterAll(() => suite?.stop())

  const keys = async () => (await fetch(`${suite.addresses.issuer}/oauth2/jwks`)).status
  const asked = async (number: number) =>
    ((await suite.processes.auth[number]?.log()) ?? '').split('\n').filter((line) => line.includes('/oauth2/jwks')).length
  /** What a process prints arrives a moment after its answer. */
  async function logged(number: number, wanted: number): Promise<void> {
    await until(async () => (await asked(number)) >= wanted)
    expect([number, await asked(number)]).toEqual([number, wanted])
  }

  test('each request goes to the next process', async () => {
    const before = [await asked(0), await asked(1)]
    for (let i = 0; i < 6; i++) expect(await keys()).toBe(200)
    for (const number of [0, 1]) await logged(number, (before[number] ?? 0) + 3)
  })

  test('one that was killed is missed by nobody, and takes its turn when it is started again', async () => {
    const [first] = suite.processes.auth
    expect(await first?.kill()).toEqual({ code: null, signal: 'SIGKILL' })
    expect([await keys(), await keys()]).toEqual([200, 200])
    await first?.start()
    const before = await asked(0)
    expect([await keys(), await keys()]).toEqual([200, 200])
    await logged(0, before + 1)
  }, 30_000)

  test('one that is asked to stop ends with 0', async () => {
    const [, second] = suite.processes['open-api']
    expect(await second?.terminate()).toEqual({ code: 0, signal: null })
    await second?.start()
  }, 30_000)

  test('its clock is moved, and stands still', async () => {
    const [, second] = suite.processes.auth
    await suite.processes.auth[0]?.kill()
    await second?.setAhead(3_600_000)
    expect(await issuedAt()).toBeGreaterThan(Date.now() / 1000 + 3000)
    const newYear = Date.UTC(2026, 0, 1)
    await second?.standAt(newYear)
    expect(await issuedAt()).toBe(newYear / 1000)
  })

  async function issuedAt(): Promise<number> {
    const authorization = `Basic ${btoa('report-job:demo-secret-of-report-job-not-for-production')}`
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    const answer = await fetch(`${suite.addresses.issuer}/oauth2/token`, { method: 'POST', headers: { authorization }, body })
    const { access_token } = (await answer.json()) as { access_token: string }
    return JSON.parse(atob(access_token.split('.')[1] ?? '')).iat
  }
})

test('a process ends with the tests that started it, also when those are killed', async () => {
  const tests: ChildProcess = fork(fileURLToPath(new URL('abandoned.ts', import.meta.url)), {
    execArgv: ['--conditions=menshen-source', '--import', 'tsx'],
  })
  const [pid] = (await once(tests, 'message')) as [number]
  expect(process.kill(pid, 0)).toBe(true)
  tests.kill('SIGKILL')
  await until(() => !lives(pid))
}, 30_000)

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
