import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { converse, type Said } from '@menshen/shared/testing/converse'

const wanted = ['Authlib==1.9.10', 'requests==2.34.2']
const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'menshen-interop', wanted.join('-'))
const python = join(folder, 'bin', 'python')

/** Whether Authlib can be run; it is installed once into a cache folder. In CI it must be. */
export function hasAuthlib(): boolean {
  try {
    if (!existsSync(join(folder, 'ready'))) install()
    return true
  } catch (cause) {
    if (process.env['CI'] === 'true') throw new Error('in CI Authlib is not skipped, but it can not be installed', { cause })
    return false
  }
}

function install(): void {
  const quietly = { stdio: 'pipe', timeout: 120_000 } as const
  execFileSync('python3', ['-m', 'venv', '--clear', folder], quietly)
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted], quietly)
  execFileSync('touch', [join(folder, 'ready')])
}

/** Runs a script with this as its argument. */
export const runPython = (script: string, input: object, answer: (said: Said) => Promise<string>): Promise<Said> =>
  converse(python, [script, JSON.stringify(input)], { env: { AUTHLIB_INSECURE_TRANSPORT: '1' }, answer })
