import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { demoDocument } from '@menshen/suite/demo-clients'
import { keepLog } from '../support/kept-logs.ts'
import { type Compose, composeOf, docker, done, hasEngine, healthy, inspected, killedFromOutside, run } from './support/engine.ts'
import { buildImages, images, services } from './support/images.ts'
import { basic, inTurn, startLoad } from './support/load.ts'

const project = 'menshentest'
const node = /^ARG NODE_VERSION=(\d+)$/m
const MiB = 1024 * 1024

;(hasEngine() ? describe : describe.skip)('in containers (skipped without a Docker engine)', () => {
  let compose: Compose
  let envFile: string
  const name = (service: string) => `${project}_${service}_1`
  const env = async () => Object.fromEntries((await readFile(envFile, 'utf8')).split('\n').map((line) => line.split('=', 2)))
  const tour = () => done('npm', ['run', '-s', 'tour'])

  beforeAll(async () => {
    envFile = join(await mkdtemp(join(tmpdir(), 'menshen-containers-')), '.env')
    await done('npm', ['run', '-s', 'menshen', '--', 'init-env', envFile])
    compose = composeOf(project, envFile)
    await buildImages()
  })
  afterAll(async () => {
    await compose('down', '-v', '--remove-orphans')
  })

  test('an image holds what its service needs: no tool that builds or tests, 80 MB at most above its base, and nobody is root in it', async () => {
    const [, version] = node.exec(await readFile('Dockerfile', 'utf8')) ?? []
    const sizeOf = async (image: string) => Number(await inspected(image, '{{.Size}}'))
    const base = await sizeOf(`node:${version}-bookworm-slim`)
    const sizes: Record<string, number> = {}
    for (const image of images) {
      sizes[image] = Math.round(((await sizeOf(`menshen/${image}`)) - base) / MiB)
      const files = await docker('run', '--rm', '--network=none', '--entrypoint', 'ls', `menshen/${image}`, 'node_modules')
      expect(files.split('\n')).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(tsx|typescript|jest|turbo|playwright-core)$/)]),
      )
      expect(await inspected(`menshen/${image}`, '{{.Config.User}}')).toBe('node')
    }
    console.info('MB above the base:', JSON.stringify(sizes))
    for (const service of services) expect([service, sizes[service]]).toEqual([service, expect.any(Number)])
    expect(Math.max(...services.map((service) => sizes[service] ?? Number.POSITIVE_INFINITY))).toBeLessThanOrEqual(80)
  })

  test('without .env nothing starts, and it is said what makes one', async () => {
    const empty = join(await mkdtemp(join(tmpdir(), 'menshen-containers-')), '.env')
    await writeFile(empty, '')
    const none = composeOf(project, empty)
    await expect(none('up', '-d')).rejects.toThrow('run npm run menshen -- init-env first')
  })

  test('the stack comes up by itself, each container healthy, and the tour goes through it', async () => {
    const start = performance.now()
    await compose('up', '-d', '--no-build')
    for (const service of [...services, 'apps']) await healthy(name(service))
    console.info('up within', Math.round(performance.now() - start), 'ms')
    expect(await tour()).toContain('All 18 steps went as they should.')
    console.info(await docker('stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}'))
  })

  test('a container of ours has a root that nobody writes to, no capability, and published ports on this machine alone', async () => {
    for (const service of [...services, 'apps', 'auth-to-apps']) {
      const told = await inspected(name(service), '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.Memory}}')
      expect([service, told]).toEqual([service, expect.stringMatching(/^true \[ALL\] [1-9]\d+$/)])
      const hosts = await inspected(name(service), '{{range .HostConfig.PortBindings}}{{range .}}{{.HostIp}} {{end}}{{end}}')
      expect(new Set(hosts.split(' ').filter(Boolean))).toEqual(new Set(hosts === '' ? [] : ['127.0.0.1']))
    }
  })

  test('as root and with a root that can be written to it works the same', async () => {
    const help = await docker('run', '--rm', '--network=none', '--user', 'root', 'menshen/menshen', 'user', 'show', '--help')
    expect(help).toContain('Usage:')
  })

  test('another SECRETS_KEY, or no database, ends the container with one line that says what to do', async () => {
    const inStack = [
      'run',
      '--rm',
      '--network',
      `${project}_servers`,
      '-e',
      'MENSHEN_PROFILE=demo',
      '-e',
      'ISSUER=http://localhost:8060',
    ]
    const started = (...more: string[]) => run('docker', [...inStack, ...more, 'menshen/auth'])
    const database = 'DATABASE_URL=mongodb://mongo:27017/menshen_auth?replicaSet=rs0'
    const other = await started('-e', 'SECRETS_KEY=another key than the one of this stack', '-e', database)
    expect(other).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^(WARNING: [^\n]+\n)?SECRETS_KEY does not open the secrets of this database: [^\n]+\n$/),
    })
    const none = await started(
      '-e',
      'SECRETS_KEY=another key than the one of this stack',
      '-e',
      'DATABASE_URL=mongodb://nobody:27017/x',
    )
    expect(none).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^(WARNING: [^\n]+\n)?MongoDB at nobody:27017 can't be used: [^\n]+\n$/),
    })
  })

  test('MongoDB, RabbitMQ and auth are killed, come back by themselves, and the tour goes through again', async () => {
    for (const service of ['mongo', 'rabbitmq', 'auth']) {
      await killedFromOutside(name(service))
      await healthy(name(service))
    }
    await healthy(name('auth'))
    const start = performance.now()
    for (;;) {
      const told = await run('npm', ['run', '-s', 'tour'])
      if (told.code === 0) break
      if (performance.now() - start > 60_000) throw new Error(told.out.slice(-2000))
    }
  })

  test('auth is upgraded one by one under load, and no request fails', async () => {
    await compose('run', '-d', '--no-deps', '--name', `${project}_auth_b`, 'auth')
    const pair = [name('auth'), `${project}_auth_b`]
    const addresses = new Map<string, string>()
    const find = async (container: string) => {
      await healthy(container)
      const ip = await inspected(container, `{{(index .NetworkSettings.Networks "${project}_public").IPAddress}}`)
      addresses.set(container, `http://${ip}:8060`)
    }
    for (const container of pair) await find(container)
    const job = demoDocument().clients.find(({ client_id }) => client_id === 'report-job')
    const secret = job && 'client_secret' in job ? job.client_secret : ''
    const authorization = basic('report-job', secret)
    const load = startLoad(
      inTurn(() => [...addresses.values()]),
      { authorization, scope: 'learning:read' },
    )

    await compose('up', '-d', '--no-build', '--no-deps', '--force-recreate', 'auth')
    await find(name('auth'))
    await docker('stop', pair[1] as string)
    await docker('rm', pair[1] as string)
    await compose('run', '-d', '--no-deps', '--name', `${project}_auth_b`, 'auth')
    await find(`${project}_auth_b`)
    const { answered, faults } = await load.stop()
    await docker('rm', '-f', `${project}_auth_b`)
    console.info('answered while auth was upgraded:', answered)
    expect(faults).toEqual([])
    expect(answered).toBeGreaterThan(100)
  })

  test('no log of a container holds a secret', async () => {
    const logs = await compose('logs', '--no-color')
    keepLog(logs)
    const { SECRETS_KEY = '' } = await env()
    const { users, clients } = demoDocument()
    const secrets = [
      SECRETS_KEY,
      ...users.map(({ password }) => password),
      ...clients.flatMap((one) => ('client_secret' in one ? [one.client_secret] : [])),
    ]
    expect(logs.length).toBeGreaterThan(1000)
    expect(secrets.filter((secret) => secret === '' || logs.includes(secret))).toEqual([])
  })
})
