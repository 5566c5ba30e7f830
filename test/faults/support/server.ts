import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { test } from '@jest/globals'
import { freePort } from '@menshen/suite/addresses'
import { afterwards } from './program.ts'

/** A server of the test's own. */
export interface Server {
  url: string
  /** SIGKILL. */
  kill(): Promise<void>
  /** Starts it again on the same data and port; resolves once it can be used. */
  start(): Promise<void>
  /** Its disk is lost: killed, and started again with nothing on it. */
  lose(): Promise<void>
  /** Gives an order to the one that runs, in the words of its own tool. */
  ctl(...order: string[]): Promise<void>
}

interface Kind {
  name: string
  /** Names the script, which takes `start … DIR PORT` and prints a URL, `kill9 DIR`, `stop DIR`, and that of RabbitMQ `ctl DIR …`. */
  variable: string
  script: string
  /** What comes before DIR and PORT when it starts. */
  before: readonly string[]
}

export const mongod: Kind = {
  name: 'MongoDB',
  variable: 'TEST_MONGOD',
  script: '../shared/tools/mongod.sh',
  before: [join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'menshen-ci', 'mongo')],
}

export const rabbitmq: Kind = {
  name: 'RabbitMQ',
  variable: 'TEST_RABBITMQ',
  script: '../shared/tools/rabbitmq.sh',
  before: [],
}

const scriptOf = ({ variable, script }: Kind) => resolve(process.env[variable] ?? script)

/** A port below those that the system gives out: RabbitMQ takes the ones 10,000 and 20,000 above it, too. */
const lowPort = async () => 12_000 + ((await freePort()) % 2_000)

/** Starts one; it ends with the test. */
export async function startServer(kind: Kind): Promise<Server> {
  const run = promisify(execFile)
  const script = scriptOf(kind)
  const folder = mkdtempSync(join(tmpdir(), 'menshen-server-'))
  const port = String(await lowPort())
  const start = async () => (await run(script, ['start', ...kind.before, folder, port])).stdout.trim().split('\n').at(-1) ?? ''
  const url = await start()
  afterwards(async () => {
    await run(script, ['kill9', folder]).catch(() => {}) // it may be down already
    await run(script, ['stop', folder]) // and what runs beside it, such as epmd
  })
  const kill = () => run(script, ['kill9', folder]).then(() => {})
  return {
    url,
    kill,
    start: () => start().then(() => {}),
    async lose() {
      await kill()
      await rm(folder, { recursive: true })
      await start()
    },
    ctl: (...order) => run(script, ['ctl', folder, ...order]).then(() => {}),
  }
}

/** Declares a test that kills a server of these kinds; skipped with one line without their scripts, in CI a failure. */
export function onServers(kinds: readonly Kind[], name: string, story: () => Promise<void>, timeout: number): void {
  const missing = kinds.filter((kind) => !existsSync(scriptOf(kind)))
  if (missing.length === 0 || process.env['CI'] === 'true') test(name, story, timeout)
  else test.skip(`${name} (skipped: set ${missing.map(({ variable }) => variable).join(' and ')})`, () => {})
}
