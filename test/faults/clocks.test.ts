import { afterEach, expect, test } from '@jest/globals'
import { freshDatabase } from './support/databases.ts'
import { accessTokenOf, createBrowserDevice, redeem, refresh } from './support/device.ts'
import { createLedger, faultsOf, underWay } from './support/ledger.ts'
import { startLoad } from './support/load.ts'
import { endAll } from './support/program.ts'
import { settle } from './support/settle.ts'
import { type Processes, startProcesses } from './support/world.ts'

afterEach(endAll)

/** A process whose clock runs ahead of the machine's by so many milliseconds. */
const ahead = (milliseconds: number) => ({ CLOCK_AHEAD: String(milliseconds) })
const movable = ['./test/faults/support/clock-ahead.js']

test('clocks 4 s apart, of two processes of auth and of two APIs: all is well', async () => {
  const world = await startProcesses({
    databaseUrl: freshDatabase(),
    counts: { auth: 2 },
    env: { 'auth 0': ahead(4000), 'user-api 0': ahead(4000) },
    preload: { 'auth 0': movable, 'user-api 0': movable },
    people: 4,
  })
  const load = startLoad(world)
  await underWay(load.ledger)
  await load.stop()
  await settle(world, load.ledger)
  expect(faultsOf(load.ledger)).toEqual({})
  expect(load.ledger.answers.filter(({ status }) => status >= 400 && status !== 400)).toEqual([])
}, 300_000)

test('clocks 60 s apart: a token from the future is refused, with a line in the log that names the skew; two processes of auth hold codes and refresh tokens together', async () => {
  const world = await startProcesses({
    databaseUrl: freshDatabase(),
    counts: { auth: 2 },
    env: { 'auth 0': ahead(60_000), 'open-api 0': ahead(60_000) },
    preload: { 'auth 0': movable, 'open-api 0': movable },
    people: 2,
  })
  const statuses: number[] = []
  for (const _ of world.programs.auth) {
    const token = await accessTokenOf(world)
    statuses.push(await statusAt(world, 'user-api', token))
    expect(await statusAt(world, 'open-api', token)).toBe(200) // its clock is 60 s ahead: nothing is from its future
  }
  expect(statuses.sort()).toEqual([200, 401]) // of the process that is right, and of the one that is ahead
  const warnings = world.programs['user-api'][0]?.said('ahead of the clock here') ?? []
  expect(warnings).toHaveLength(1)
  expect(Math.abs(Number(warnings[0]?.['secondsAhead']) - 60)).toBeLessThanOrEqual(2)

  const ledger = createLedger()
  const [person] = world.people
  if (!person) throw new Error('nobody is there')
  const held = await createBrowserDevice(world, ledger, person).authorize() // each request at another process
  const redeemed = await redeem(world, ledger, held)
  expect(redeemed.status).toBe(200)
  const { refresh_token } = JSON.parse(redeemed.body)
  const answers = []
  for (let i = 0; i < 4; i++) answers.push(await refresh(world, ledger, { client: 'project-center', refresh_token }))
  expect(new Set(answers.map(({ body }) => JSON.parse(body).refresh_token)).size).toBe(1) // one successor, by either clock
  expect(faultsOf(ledger)).toEqual({})
}, 300_000)

const reads = { 'user-api': '/users/me', 'open-api': '/v1/learning/summary' } as const

const statusAt = async ({ apis }: Processes, api: keyof typeof reads, token: string) =>
  (await apis[api].send(reads[api], { headers: { authorization: `Bearer ${token}` } })).status
