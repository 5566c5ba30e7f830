import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

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

/** Runs a script that says one JSON line at a time; each is answered by a line. Gives the last one. @throws Error with what Python says. */
export async function runPython(
  script: string,
  input: object,
  answer: (said: Record<string, unknown>) => Promise<string>,
): Promise<Record<string, unknown>> {
  const child = spawn(python, [script, JSON.stringify(input)], { env: { ...process.env, AUTHLIB_INSECURE_TRANSPORT: '1' } })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  let last: Record<string, unknown> = {}
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line)
    if ('ask' in last) child.stdin.write(`${await answer(last)}\n`)
  }
  const code = await ended
  if (code !== 0) throw new Error(`python ended with ${code}: ${complaint}`)
  return last
}
