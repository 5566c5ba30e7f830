import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

export interface Ended {
  code: number | null
  out: string
  err: string
}

export interface Running {
  env: Record<string, string>
  /** What stands on its standard input. */
  input?: string
}

/** `npm run menshen -- ARGS`, in a process of its own. */
export function runMenshen(args: readonly string[], { env, input = '' }: Running): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=menshen-source', '--import', 'tsx', cli, ...args], {
    env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '8', ...env },
  })
  const ended: Ended = { code: null, out: '', err: '' }
  child.stdout.on('data', (text) => {
    ended.out += text
  })
  child.stderr.on('data', (text) => {
    ended.err += text
  })
  child.stdin.on('error', () => {}) // who reads nothing may be gone already
  child.stdin.end(input)
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })))
}
