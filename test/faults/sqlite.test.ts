import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import Libsql from 'libsql'
import { between, faultsOf, recoveredAfter, summary, underWay } from './support/ledger.ts'
import { startLoad } from './support/load.ts'
import { endAll, runToItsEnd, startProgram } from './support/program.ts'
import { settle } from './support/settle.ts'
import { onSmallDisk } from './support/small-disk.ts'
import { startSuiteOn, suiteOn } from './support/suite.ts'

afterEach(endAll)

const newFolder = () => mkdtempSync(join(tmpdir(), 'menshen-faults-'))

/** What SQLite says of each database of a folder. */
function integrityOf(folder: string): Record<string, unknown> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.db'))
  return Object.fromEntries(
    files.map((name) => {
      const connection = new Libsql(join(folder, name))
      const said = connection.pragma('integrity_check')
      connection.close()
      return [name, said]
    }),
  )
}

const intact = Object.fromEntries(
  ['auth.db', 'open-api.db', 'project-api.db', 'user-api.db'].map((name) => [name, [{ integrity_check: 'ok' }]]),
)

test('a second suite on the same folder is refused in one line; commands run beside the first; the lock goes with its process', async () => {
  const folder = newFolder()
  const first = await startProgram(await suiteOn(folder))
  const second = await runToItsEnd(await suiteOn(folder))
  expect(second).toEqual({
    code: 1,
    lines: [expect.stringMatching(`another suite runs on the folder ${folder}: .*DATABASE_URL`)],
  })

  const { env } = await suiteOn(folder)
  const command = await runToItsEnd({ script: 'packages/suite/src/cli.ts', args: ['user', 'list'], env })
  expect(command).toMatchObject({ code: 0, lines: expect.arrayContaining([expect.stringContaining('alice')]) })

  await first.kill()
  const third = await startProgram(await suiteOn(folder))
  expect((await third.stop()).code).toBe(0)
  expect(integrityOf(folder)).toEqual(intact)
}, 300_000)

onSmallDisk(
  'a full disk: what needs to write is 503 with Retry-After, and all goes on when there is space again',
  async (disk) => {
    const suite = await startSuiteOn(disk.folder)
    const load = startLoad(suite)
    await underWay(load.ledger)
    disk.fill()
    const filledAt = performance.now()
    await pause(4000)
    disk.free()
    const freedAt = performance.now()
    await pause(3000)
    await load.stop()
    await settle(suite, load.ledger)
    console.info(
      'disk full:',
      JSON.stringify({ ...summary(load.ledger), recoveredAfterMs: recoveredAfter(load.ledger, freedAt) }),
    )

    const whileFull = between(load.ledger, filledAt, freedAt)
    expect(faultsOf(load.ledger)).toEqual({})
    expect(whileFull.unavailable).toBeGreaterThan(0)
    expect(whileFull.longestMs).toBeLessThan(3000)
    expect((await suite.program.stop()).code).toBe(0)
    expect(integrityOf(disk.folder)).toEqual(intact)
  },
  300_000,
)

onSmallDisk(
  'a folder that can not be written is refused in one line, and nothing in it has changed',
  async (disk) => {
    const made = await startProgram(await suiteOn(disk.folder))
    await made.stop()
    disk.writable(false)
    const refused = await runToItsEnd(await suiteOn(disk.folder))
    expect(refused).toEqual({ code: 1, lines: [expect.stringMatching(/can't be opened or written: .*read-only.*DATABASE_URL/)] })
    const { env } = await suiteOn(disk.folder)
    const alone = await runToItsEnd({
      script: 'services/auth/src/main.ts',
      env: { ...env, DATABASE_URL: `sqlite:${disk.folder}/auth.db` },
    })
    expect(alone).toEqual({
      code: 1,
      lines: [expect.stringMatching(`the database file ${disk.folder}/auth.db can't be opened or written: .*DATABASE_URL`)],
    })
    disk.writable(true)
    const again = await startProgram(await suiteOn(disk.folder))
    expect((await again.stop()).code).toBe(0)
    expect(integrityOf(disk.folder)).toEqual(intact)
  },
  300_000,
)

onSmallDisk(
  'a start on a full disk is refused in one line, and starts once there is space',
  async (disk) => {
    disk.fill()
    const refused = await runToItsEnd(await suiteOn(disk.folder))
    expect(refused).toEqual({ code: 1, lines: [expect.stringMatching(/can't be opened or written: .*DATABASE_URL/)] })
    disk.free()
    const again = await startProgram(await suiteOn(disk.folder))
    expect((await again.stop()).code).toBe(0)
    expect(integrityOf(disk.folder)).toEqual(intact)
  },
  300_000,
)
