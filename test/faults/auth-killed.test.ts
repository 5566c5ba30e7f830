import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import { freshDatabase } from './support/databases.ts'
import { between, faultsOf, summary, underWay } from './support/ledger.ts'
import { startLoad } from './support/load.ts'
import { endAll } from './support/program.ts'
import { settle } from './support/settle.ts'
import { startProcesses } from './support/world.ts'

afterEach(endAll)

test('kill -9 of one process of auth: what was answered lives on, codes were used once, a refresh without an answer gets its successor, and the other process serves', async () => {
  const world = await startProcesses({ databaseUrl: freshDatabase(), counts: { auth: 2 } })
  const load = startLoad(world)
  await underWay(load.ledger)
  const kills: number[] = []
  for (const index of [0, 1, 0]) {
    await pause(2000)
    await world.programs.auth[index]?.kill()
    kills.push(performance.now())
    await pause(1500)
    await world.restart('auth', index)
  }
  await pause(1000)
  await load.stop()
  await settle(world, load.ledger)
  const alone = kills.map((at) => between(load.ledger, at, at + 1500))
  console.info('auth killed:', JSON.stringify({ ...summary(load.ledger), alone }))

  expect(faultsOf(load.ledger)).toEqual({})
  for (const { well, unavailable } of alone) {
    expect(well).toBeGreaterThan(50) // the other process serves
    expect(unavailable).toBe(0)
  }
})
