import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
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

  test('each request goes to the next process', async () => {
    const before = [await asked(0), await asked(1)]
    for (let i = 0; i < 6; i++) expect(await keys()).toBe(200)
    expect([await asked(0), await asked(1)]).toEqual(before.map((count) => count + 3))
  })

  test('one that was killed is missed by nobody, and takes its turn when it is started again', async () => {
    const [first] = suite.processes.auth
    expect(await first?.kill()).toEqual({ code: null, signal: 'SIGKILL' })
    expect([await keys(), await keys()]).toEqual([200, 200])
    await first?.start()
    const before = await asked(0)
    expect([await keys(), await keys()]).toEqual([200, 200])
    expect(await asked(0)).toBe(before + 1)
  }, 30_000)

  test('one that is asked to stop ends with 0', async () => {
    const [, second] = suite.processes['open-api']
    expect(await second?.terminate()).toEqual({ code: 0, signal: null })
    await second?.start()
  }, 30_000)

  test('its clock is moved, and put back', async () => {
    const [first] = suite.processes['user-api']
    const lateInItsLog = async () => {
      for (let i = 0; i < 2; i++) await fetch(`${suite.addresses.userApi}/users/me`)
      const last = ((await first?.log()) ?? '').trim().split('\n').at(-1) ?? '{}'
      return Date.parse(JSON.parse(last).time) > Date.now() + 3_000_000
    }
    await first?.setAhead(3_600_000)
    expect(await lateInItsLog()).toBe(true)
    await first?.setAhead(0)
    expect(await lateInItsLog()).toBe(false)
  })
})

test('a process ends with the tests that started it, also when those are killed', async () => {
  const tests: ChildProcess = fork(fileURLToPath(new URL('abandoned.ts', import.meta.url)), {
    execArgv: ['--conditions=menshen-source', '--import', 'tsx'],
  })
  const [pid] = (await once(tests, 'message')) as [number]
  expect(process.kill(pid, 0)).toBe(true)
  tests.kill('SIGKILL')
  const before = Date.now()
  while (lives(pid) && Date.now() - before < 5000) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(lives(pid)).toBe(false)
}, 30_000)

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
