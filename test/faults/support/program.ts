import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '@menshen/suite/addresses'
import { keepLog } from '../../support/kept-logs.ts'

export interface ProgramOptions {
  /** The file that Node runs, from the root of the repository. */
  script: string
  args?: readonly string[]
  env: Readonly<Record<string, string>>
  /** Modules that are loaded before it. */
  preload?: readonly string[]
  /** The port it serves on; a free one when left out. */
  port?: number
  portVariable?: string
}

/** A program of ours in a process of its own. */
export interface Program {
  name: string
  url: string
  port: number
  pid: number
  running(): boolean
  /** What it wrote. */
  output(): string
  /** The lines of its log that say this. */
  said(words: string): readonly Record<string, unknown>[]
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>
  /** SIGTERM; how it ended, after how many milliseconds. One that goes on is killed, and has no code. */
  stop(): Promise<{ code: number | null; ms: number }>
}

/** Longer than any program of ours may take to end. */
const WATCHDOG_MS = 15_000

const started = new Set<Program>()

/** Starts a program; resolves when it answers, rejects with what it wrote when it ended instead. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { program, ended } = await launch(options)
  const answers = () =>
    fetch(`${program.url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await answers())) {
    if (!program.running()) throw new Error(`${program.name} ended with ${await ended}: ${program.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return program
}

/** Runs a program that is expected to end by itself. */
export async function runToItsEnd(options: ProgramOptions): Promise<{ code: number | null; lines: string[] }> {
  const { program, ended } = await launch(options)
  const code = await ended
  return { code, lines: program.output().trim().split('\n') }
}

const closers: (() => void | Promise<void>)[] = []

/** Has this done after the test, however it ends. */
export const afterwards = (close: () => void | Promise<void>): void => void closers.push(close)

/** Ends whatever a test left: for `afterEach`. */
export async function endAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close()
  await Promise.all([...started].map((program) => program.kill()))
}

/** What `npm start` shows people to try the demo with, its public passwords among it, is no log. */
const withoutWelcome = (text: string) => text.replace(/^Menshen 门神 is running\.$[\s\S]*?your data stays\.$/gm, '')

async function launch({ script, args = [], env, preload = [], port: given, portVariable = 'PORT' }: ProgramOptions) {
  const port = given ?? (await freePort())
  const modules = ['tsx', ...preload].flatMap((module) => ['--import', module])
  const child = spawn(process.execPath, ['--env-file=node.env', '--conditions=menshen-source', ...modules, script, ...args], {
    env: { PATH: process.env['PATH'], ...env, [portVariable]: String(port) },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  const ended = once(child, 'close').then(([code]) => {
    started.delete(program)
    keepLog(withoutWelcome(text))
    return code as number | null
  })
  const program: Program = {
    name: `${script.split('/').slice(0, 2).join('/')} on ${port}`,
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    running: () => child.exitCode === null && child.signalCode === null,
    output: () => text,
    said: (words) => text.split('\n').flatMap((line) => (line.includes(words) && line.startsWith('{') ? [JSON.parse(line)] : [])),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      const began = performance.now()
      child.kill('SIGTERM')
      const watchdog = setTimeout(() => child.kill('SIGKILL'), WATCHDOG_MS)
      const code = await ended
      clearTimeout(watchdog)
      return { code, ms: Math.round(performance.now() - began) }
    },
  }
  started.add(program)
  return { program, ended }
}
