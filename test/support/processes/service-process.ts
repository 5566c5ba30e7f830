import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Env } from '@menshen/shared/config/settings'
import type { ServiceName } from '@menshen/suite/database-urls'
import { keepLog } from '../kept-logs.ts'

/** How a process ended. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A compiled service in a process of its own. */
export interface ServiceProcess {
  readonly service: ServiceName
  /** Where it listens itself; nothing while it does not run. */
  readonly port: number | undefined
  readonly pid: number | undefined
  /** All that it printed, also before it was started again. */
  log(): Promise<string>
  /** Ends it as a crash does (SIGKILL). */
  kill(): Promise<Ended>
  /** Asks it to stop (SIGTERM), and waits until it has. */
  terminate(): Promise<Ended>
  /** Starts it again, on another port. @throws with what it printed, when it ends instead. */
  start(): Promise<void>
  /** Puts its clock so many milliseconds ahead of that of the machine. */
  setAhead(milliseconds: number): Promise<void>
  /** Lets its clock stand still at this time, in milliseconds since the epoch. */
  standAt(time: number): Promise<void>
}

interface Surroundings {
  env: Env
  /** Where it is started, and what it prints is kept. */
  folder: string
  /** Which of the processes of its service it is. */
  number: number
}

/** Starts a service; resolves once it listens. */
export async function startService(service: ServiceName, { env, folder, number }: Surroundings): Promise<ServiceProcess> {
  const logFile = join(folder, `${service}-${number}.log`)
  let child: ChildProcess | undefined
  let port: number | undefined

  async function start(): Promise<void> {
    child = fork(resolve('services', service, 'dist/main.js'), {
      cwd: folder,
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...env, PORT: '0' },
      execArgv: ['--import', resolve('test/support/processes/preload.js')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    child.once('exit', () => {
      port = undefined
    })
    keep(child, logFile)
    port = await portOf(child)
  }

  async function end(signal: NodeJS.Signals): Promise<Ended> {
    if (!child) throw new Error('it was never started')
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      child.kill(signal)
      await exit
    }
    return { code: child.exitCode, signal: child.signalCode }
  }

  async function put(clock: { ahead: number } | { at: number }): Promise<void> {
    if (port === undefined || !child) return
    const done = once(child, 'message')
    child.send(clock)
    await done
  }

  await start()
  return {
    service,
    get port() {
      return port
    },
    get pid() {
      return child?.pid
    },
    log: () => readFile(logFile, 'utf8'),
    kill: () => end('SIGKILL'),
    terminate: () => end('SIGTERM'),
    start,
    setAhead: (milliseconds) => put({ ahead: milliseconds }),
    standAt: (time) => put({ at: time }),
  }
}

function keep(child: ChildProcess, logFile: string): void {
  const file = createWriteStream(logFile, { flags: 'a' })
  child.stdout?.pipe(file, { end: false })
  child.stderr?.pipe(file, { end: false })
  child.once('close', () => file.end())
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', keepLog)
}

/** The port that a service tells it listens on. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((done, fail) => {
    let printed = ''
    const read = (chunk: Buffer) => {
      printed += chunk
      const port = /"url":"http:\/\/[^"]+:(\d+)"/.exec(printed)?.[1]
      if (port === undefined) return
      child.stdout?.off('data', read)
      child.stderr?.off('data', read)
      done(Number(port))
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', fail)
    child.once('close', () => fail(new Error(printed.trim() || 'a service ended before it listened')))
  })
}
