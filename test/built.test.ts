import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'

/** The compiled services, as an image runs them: plain node, no tsx, no source. */
const services = {
  auth: 'services/auth',
  'user-api': 'services/user-api',
  'project-api': 'services/project-api',
  'open-api': 'services/open-api',
}

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
beforeAll(() => promisify(execFile)('npm', ['run', 'build']), 120_000)

interface Listening {
  child: ChildProcess
  /** Milliseconds from its start until it said that it listens. */
  took: number
  errors: () => string
}

const SECRETS_KEY = 'the secrets key of the built services; 32'

async function launch(script: string, cwd: string, { args = [] }: { args?: string[] } = {}): Promise<Listening> {
  const began = performance.now()
  const env = { PATH: process.env['PATH'], PORT: '0', SECRETS_KEY, UV_THREADPOOL_SIZE: '8' }
  const child = spawn(process.execPath, [...args, script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(child)
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  await new Promise<void>((done, fail) => {
    child.stdout.on('data', (chunk) => chunk.includes('listens') && done())
    child.once('exit', () => fail(new Error(`it did not start: ${errors}`)))
  })
  return { child, took: performance.now() - began, errors: () => errors }
}

async function stop({ child }: Listening): Promise<number | null> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  return (await exit)[0]
}

const emptyFolder = () => mkdtemp(join(tmpdir(), 'menshen-built-'))
/** Other work on the machine only ever makes a start slower, so the quickest tells what the program takes. */
const quickest = (times: number[] = []) => Math.min(...times)

describe('a built service', () => {
  test('listens within 3.5 times what a bare Koa app takes (the quickest of 19 starts each, interleaved, of more on a busy machine), and idles under 100 MB', async () => {
    const bare = join(await emptyFolder(), 'bare.mjs')
    const koa = resolve('node_modules/koa/lib/application.js')
    await writeFile(
      bare,
      `import Koa from ${JSON.stringify(koa)}\nnew Koa().listen(0, '127.0.0.1', () => console.log('listens'))\n`,
    )
    const folders = new Map(await Promise.all(Object.keys(services).map(async (name) => [name, await emptyFolder()] as const)))
    const times = new Map<string, number[]>([
      ['bare', []],
      ...Object.keys(services).map((name): [string, number[]] => [name, []]),
    ])

    const shares = () => Object.keys(services).map((name) => quickest(times.get(name)) / quickest(times.get('bare')))
    const memory = new Map<string, number>()
    for (let round = 0; round < 20 || (round < 58 && Math.max(...shares()) > 3.5); round++) {
      for (const [name, list] of times) {
        const folder = services[name as keyof typeof services]
        const started = await launch(folder ? resolve(folder, 'dist/main.js') : bare, folders.get(name) ?? tmpdir())
        if (round > 0) list.push(started.took) // the first start makes keys and tables
        if (round === 19 && folder) memory.set(name, Math.round(await residentMegabytes(started)))
        if (folder) expect({ name, exit: await stop(started) }).toEqual({ name, exit: 0 })
        else started.child.kill()
      }
    }
    const bareTime = quickest(times.get('bare'))
    const measured = Object.keys(services).map((name) => ({
      name,
      share: quickest(times.get(name)) / bareTime,
      megabytes: memory.get(name) ?? Infinity,
    }))
    console.info(
      `bare Koa ${Math.round(bareTime)} ms; ${measured.map(({ name, share, megabytes }) => `${name} x${share.toFixed(2)}, ${megabytes} MB`).join('; ')}`,
    )
    for (const { name, share, megabytes } of measured) {
      expect({ name, share: share <= 3.5 || share, megabytes: megabytes < 100 || megabytes }).toEqual({
        name,
        share: true,
        megabytes: true,
      })
    }
  }, 180_000)

  test('loads mongoose only when its URL is used', async () => {
    const started = await launch(resolve('services/auth/dist/main.js'), await emptyFolder(), { args: tellOfMongoose })
    expect(await stop(started)).toBe(0)
    expect(started.errors()).toBe('')

    const args = [...tellOfMongoose, resolve('services/auth/dist/main.js')]
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: 'mongodb://user:secret@127.0.0.1:1/x?serverSelectionTimeoutMS=100',
      SECRETS_KEY,
    }
    const failed = await promisify(execFile)(process.execPath, args, { env }).catch((error) => error)
    expect({ code: failed.code, said: failed.stderr }).toEqual({
      code: 1,
      said: expect.stringMatching(/^mongoose is loaded\nMongoDB at 127\.0\.0\.1:1 can't be used: .*\n$/),
    })
    expect(failed.stderr).not.toContain('secret')
  }, 60_000)
})

const hook = dataUrl(`
  import { writeSync } from 'node:fs'
  export async function resolve(name, context, next) {
    if (name === 'mongoose') writeSync(2, 'mongoose is loaded\\n')
    return next(name, context)
  }`)
const tellOfMongoose = ['--import', dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(hook)})`)]

function dataUrl(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`
}

async function residentMegabytes({ child }: Listening): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}
