import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import { freshDatabase } from './support/databases.ts'
import { faultsOf, summary, underWay } from './support/ledger.ts'
import { startLoad } from './support/load.ts'
import { endAll } from './support/program.ts'
import { settle } from './support/settle.ts'
import { startProcesses } from './support/world.ts'

afterEach(endAll)

test('SIGTERM under load, service by service: no accepted request fails, on kept connections neither, and each ends with 0 within 10 s', async () => {
  const world = await startProcesses({ databaseUrl: freshDatabase(), counts: { auth: 2 } })
  const load = startLoad(world)
  await underWay(load.ledger)
  const endings: Record<string, { code: number | null; ms: number }> = {}
  for (const service of ['auth', 'user-api', 'project-api', 'open-api'] as const) {
    await pause(1500)
    endings[service] = (await world.programs[service][0]?.stop()) ?? { code: null, ms: 0 }
    await world.restart(service, 0)
  }
  await pause(1000)
  await load.stop()
  await settle(world, load.ledger)
  console.info('SIGTERM:', JSON.stringify({ ...summary(load.ledger), endings }))

  expect(load.ledger.unanswered).toEqual([])
  expect(faultsOf(load.ledger)).toEqual({})
  for (const { code, ms } of Object.values(endings)) {
    expect(code).toBe(0)
    expect(ms).toBeLessThan(10_000)
  }
})
