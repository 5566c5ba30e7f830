import { execFile, spawnSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Whether a Docker engine answers here; with `TEST_CONTAINERS=true` there must be one. */
export function hasEngine(): boolean {
  const found = spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0
  if (!found && process.env['TEST_CONTAINERS'] === 'true') throw new Error('no Docker engine answers: its tests are not skipped')
  return found
}

interface Ended {
  code: number
  /** Standard output and standard error. */
  out: string
}

/** Runs a program to its end, however that is. */
export async function run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const options = { env: { ...process.env, DOCKER_BUILDKIT: '1', ...env }, maxBuffer: 64 * 1024 * 1024 }
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, options)
    return { code: 0, out: stdout + stderr }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
    return { code: typeof code === 'number' ? code : 1, out: stdout + stderr }
  }
}

/** The same, for what must succeed; gives what it printed. */
export async function done(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, out } = await run(program, args, env)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${out.slice(-4000)}`)
  return out.trim()
}

export const docker = (...args: string[]): Promise<string> => done('docker', args)

const hasPlugin = () => spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0

/** `docker compose`, as the plugin or the program of its own, for one project; variables win over those of the file. */
export function composeOf(project: string, envFile: string, env: Record<string, string> = {}) {
  const words = [...(hasPlugin() ? ['docker', 'compose'] : ['docker-compose']), '--env-file', envFile, '-p', project]
  const [program = '', ...before] = words
  return Object.assign((...args: string[]): Promise<string> => done(program, [...before, ...args], env), { words })
}

export type Compose = ReturnType<typeof composeOf>

/** What the engine knows of a container or an image, by a Go template. */
export const inspected = (name: string, template: string): Promise<string> => docker('inspect', '--format', template, name)

/** Ends what runs in a container as a crash does; its restart policy then holds. */
export async function killedFromOutside(container: string): Promise<void> {
  process.kill(Number(await inspected(container, '{{.State.Pid}}')), 'SIGKILL')
}

/** Waits until a container is healthy, or runs, where it has no check. @throws with its log after a while. */
export async function healthy(container: string, withinMs = 120_000): Promise<void> {
  const endsAt = performance.now() + withinMs
  const state = () => inspected(container, '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}')
  for (let now = await state(); now !== 'healthy' && now !== 'running'; now = await state()) {
    if (performance.now() > endsAt) throw new Error(`${container} is ${now}:\n${(await docker('logs', container)).slice(-2000)}`)
    await pause(250)
  }
}

/** What a service in a container says of itself, asked from within. */
export async function readyz(container: string, port: number): Promise<unknown> {
  const script = `fetch('http://127.0.0.1:${port}/readyz').then((answer) => answer.text()).then(console.log)`
  return JSON.parse(await docker('exec', container, 'node', '-e', script))
}

/** Asks again and again until it is as expected. @throws what was wrong last. */
export async function eventually(check: () => Promise<void>, withinMs = 60_000): Promise<void> {
  const endsAt = performance.now() + withinMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > endsAt) throw error
      await pause(250)
    }
  }
}
