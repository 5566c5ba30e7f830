import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { until } from '@menshen/shared/events/contract'
import { testSqliteUrl } from '@menshen/shared/testing/databases'
import { listen } from '@menshen/shared/testing/http'
import { freePort } from '@menshen/suite/addresses'
import { startFront } from '../support/processes/front.ts'
import { type ManyProcesses, startProcesses } from '../support/processes.ts'

test('a proxy gives each request to the next of those behind it, with what was sent and the address it came from', async () => {
  const behind = await Promise.all([1, 2].map((number) => listen({ callback: () => (req, res) => echo(number, req, res) })))
  const ports = behind.map(({ url }) => Number(new URL(url).port))
  const port = await freePort()
  const front = await startFront({ host: '127.0.0.1', port, behind: () => ports })
  const send = async (body: string) => (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })).text()
  const answers: string[] = []
  for (const body of ['a', 'b', 'c', 'd']) answers.push(await send(body))
  expect(answers).toEqual(['1 a from 127.0.0.1', '2 b from 127.0.0.1', '1 c from 127.0.0.1', '2 d from 127.0.0.1'])
  await behind[0]?.close()
  expect([await send('e'), await send('f')]).toEqual(['2 e from 127.0.0.1', '2 f from 127.0.0.1'])
  await Promise.all([front.stop(), behind[1]?.close()])
})

function echo(number: number, req: IncomingMessage, res: ServerResponse): void {
  const came: Buffer[] = []
  req.on('data', (chunk: Buffer) => came.push(chunk))
  req.on('end', () => res.end(`${number} ${Buffer.concat(came)} from ${req.headers['x-forwarded-for']}`))
}

/** What the other tests in processes lean on. */
describe('the suite in two processes of each service, on one SQLite file each', () => {
  let suite: ManyProcesses
  beforeAll(async () => {
    suite = await startProcesses({ databaseUrl: dirname(testSqliteUrl()) })
  }, 180_000)
  afterAll(() => suite?.stop())

  const keys = async () => (await fetch(`${suite.addresses.issuer}/oauth2/jwks`)).status
  test('one that was killed is missed by nobody, and takes its turn when it is started again', async () => {
    const [first] = suite.processes.auth
    expect(await first?.kill()).toEqual({ code: null, signal: 'SIGKILL' })
    expect([await keys(), await keys()]).toEqual([200, 200])
    await first?.start()
    const taken = async () => ((await first?.log()) ?? '').split('/oauth2/jwks').length
    const before = await taken()
    await until(async () => (await keys()) === 200 && (await taken()) > before)
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
