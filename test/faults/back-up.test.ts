import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, expect, test } from '@jest/globals'
import { accessTokenOf } from './support/device.ts'
import { faultsOf, promisedBy, summary, underWay } from './support/ledger.ts'
import { startLoad } from './support/load.ts'
import { countsIn, startCounting } from './support/moments.ts'
import { orphansIn } from './support/orphans.ts'
import { endAll } from './support/program.ts'
import { mongod, onServers, startServer } from './support/server.ts'
import { settle } from './support/settle.ts'
import { startSuiteOn } from './support/suite.ts'
import { startProcesses, type World } from './support/world.ts'

afterEach(endAll)

/** Longer than any of this takes: a refresh token that was used while its copy was made gives its successor then. */
const grace = { REFRESH_TOKEN_GRACE: '600' }

interface Story {
  section: string
  world: World
  databaseUrl: string
  /** The folder in which an operator stands, and what they write into the commands. */
  type(commands: string): Promise<unknown>
  /** Stops everything, and loses the disk. */
  lose(): Promise<void>
  start(): Promise<unknown>
}

/** Backs up under load as the guide says, goes on, loses everything, restores as the guide says, and expects each promise from before to hold. */
async function backedUpAndRestored({ section, world, databaseUrl, type, lose, start }: Story): Promise<void> {
  const [backUp, restore] = commandsOf(section)
  const load = startLoad(world)
  await underWay(load.ledger)
  await until(() => load.ledger.codes.some(({ used }) => used === 'no') && load.ledger.projects.size > 0)
  const stopCounting = await startCounting(databaseUrl)
  const promised = promisedBy(load.ledger)
  const answered = load.ledger.answers.length
  const began = performance.now()
  await type(backUp)
  const ms = Math.round(performance.now() - began)
  const meanwhile = load.ledger.answers.length - answered
  await load.stop()
  await stopCounting()
  expect(faultsOf(load.ledger)).toEqual({})
  expect(meanwhile).toBeGreaterThan(3)

  await lose()
  await type(restore)
  const orphans = await orphansIn(databaseUrl)
  const counts = await countsIn(databaseUrl)
  await start()
  const kept = promised()
  await settle(world, kept)
  console.info(
    `${section} backed up in ${ms} ms, ${meanwhile} requests meanwhile:`,
    JSON.stringify({ ...summary(kept), orphans, counts }),
  )
  expect(counts).toEqual([expect.any(Number)])
  expect(counts[0]).toBeGreaterThan(0)
  expect(orphans).toEqual({ codes: 0, tokens: 0, grants: 0 })
  expect(faultsOf(kept)).toEqual({})
  expect(kept.families.length * kept.codes.length * kept.projects.size).toBeGreaterThan(0)
  expect(await accessTokenOf(world)).toEqual(expect.any(String))
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(50)
}

/** The commands of a section of the guide: what backs up, and what restores. */
function commandsOf(section: string): [backUp: string, restore: string] {
  const [, text = ''] = readFileSync('docs/guides/back-up.md', 'utf8').split(`## ${section}\n`)
  const [backUp, restore] = [...(text.split('\n## ')[0] ?? '').matchAll(/^```bash\n([\s\S]*?)^```/gm)].map(
    ([, code = '']) => code,
  )
  if (!backUp || !restore) throw new Error(`the guide does not say how to back up and restore ${section}`)
  return [backUp, restore]
}

const typeIn = (folder: string) => (commands: string) => promisify(execFile)('bash', ['-euc', commands], { cwd: folder })

const newFolder = () => join(mkdtempSync(join(tmpdir(), 'menshen-back-up-')), 'menshen')

/** Whether a tool is there; in CI it must be. */
function has(tool: string): boolean {
  const isThere = spawnSync(tool, ['--version']).status === 0
  if (!isThere && process.env['CI'] === 'true')
    throw new Error(`${tool} is missing: in CI the commands of the guide are not skipped`)
  return isThere
}

const withSqlite = has('sqlite3') ? test : test.skip
withSqlite(
  'SQLite copied under load as the guide says, and restored: all that was answered before is there, and it is of one moment (skipped without sqlite3)',
  async () => {
    const folder = newFolder()
    const data = join(folder, '.data')
    mkdirSync(data, { recursive: true })
    writeFileSync(join(data, 'secret.key'), 'the key file of the back-up test; 32 or more')
    const suite = await startSuiteOn(data, { SECRETS_FILE: join(data, 'secret.key'), ...grace })
    await backedUpAndRestored({
      section: 'SQLite',
      world: suite,
      databaseUrl: `sqlite:${data}`,
      type: typeIn(folder),
      lose: () => suite.program.kill(),
      start: suite.restart,
    })
  },
  300_000,
)

const story =
  'MongoDB dumped under load as the guide says, its disk lost, and restored: all that was answered before is there, and it is of one moment'
if (has('mongodump') && has('mongorestore')) onServers([mongod], story, dumpedAndRestored, 300_000)
else test.skip(`${story} (skipped without mongodump and mongorestore)`, () => {})

async function dumpedAndRestored(): Promise<void> {
  const server = await startServer(mongod)
  const databaseUrl = server.url.replace('/?', '/menshen?')
  const world = await startProcesses({ databaseUrl, counts: { auth: 2 }, env: { auth: grace } })
  const folder = newFolder()
  mkdirSync(folder)
  const type = typeIn(folder)
  const each = Object.entries(world.programs) as [keyof typeof world.programs, unknown[]][]
  await backedUpAndRestored({
    section: 'MongoDB',
    world,
    databaseUrl,
    type: (commands) => type(commands.replace('mongodb://127.0.0.1:27017/?replicaSet=rs0', server.url)),
    async lose() {
      await Promise.all(
        Object.values(world.programs)
          .flat()
          .map((program) => program.stop()),
      )
      await server.lose()
    },
    start: () => Promise.all(each.flatMap(([service, programs]) => programs.map((_, i) => world.restart(service, i)))),
  })
}
