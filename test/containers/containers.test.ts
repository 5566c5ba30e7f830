import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { demoDocument } from '@menshen/suite/demo-clients'
import { refusedParts } from '../../scripts/licences.ts'
import { keepLog } from '../support/kept-logs.ts'
import {
  type Compose,
  composeOf,
  docker,
  done,
  eventually,
  hasEngine,
  healthy,
  inspected,
  killedFromOutside,
  readyz,
  run,
} from './support/engine.ts'
import { buildImages, images, services } from './support/images.ts'
import { basic, inTurn, requestsOf, startLoad } from './support/load.ts'

const project = 'menshentest'
/** A container beside the stack. */
const alone = `${project}_alone`
const node = /^ARG NODE_VERSION=(\d+)$/m
const MiB = 1024 * 1024

interface Component {
  'bom-ref': string
  name: string
  version: string
  licenses?: Array<{ expression: string }>
}

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
  afterEach(async () => {
    await run('docker', ['rm', '-f', alone])
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

  test('no secret that lies beside the sources gets into an image', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'menshen-containers-'))
    await done('git', ['checkout-index', '-a', `--prefix=${copy}/`])
    for (const secret of ['.env', '.env.local', 'key.pem', 'tls.key', 'auth.db-wal', 'out.log'])
      await writeFile(join(copy, 'services/auth', secret), 'secret')
    await docker('build', '--network=host', '--target', 'auth', '-t', 'menshen/auth-beside', copy)
    const files = await docker(
      'run',
      '--rm',
      '--network=none',
      '--entrypoint',
      'ls',
      'menshen/auth-beside',
      '-A',
      'services/auth',
    )
    expect(files.split('\n').sort()).toEqual(['dist', 'node_modules', 'package.json', 'public', 'views'])
  })

  test('an image lists what it holds, no more and no less, each under a permissive licence, and tells its version', async () => {
    const within = (image: string, ...args: string[]) =>
      docker('run', '--rm', '--network=none', '--entrypoint', ...args.toSpliced(1, 0, `menshen/${image}`))
    const { version } = JSON.parse(await readFile('package.json', 'utf8'))
    for (const image of images) {
      const { components } = JSON.parse(await within(image, 'cat', 'sbom.cdx.json')) as { components: Component[] }
      const files = await within(image, 'find', '.', '-name', 'package.json')
      const packages = [...files.matchAll(/^\.\/(.*node_modules\/(?:@[^/]+\/)?[^/@]+)\/package\.json$/gm)].map(([, path]) => path)
      expect(components.map((component) => component['bom-ref']).sort()).toEqual(packages.sort())
      expect(
        refusedParts(components.map(({ licenses, ...part }) => ({ ...part, licence: licenses?.[0]?.expression ?? 'none' }))),
      ).toEqual([])
      expect(await inspected(`menshen/${image}`, '{{index .Config.Labels "org.opencontainers.image.version"}}')).toBe(version)
    }
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

  test('a service started as root, with a root that can be written to, works the same', async () => {
    const told = ['-e', 'MENSHEN_PROFILE=demo', '-e', 'SECRETS_KEY=the key of this container and of no other']
    await docker('run', '-d', '--name', alone, '--network=none', '--user', 'root', ...told, 'menshen/auth')
    await healthy(alone)
    expect(await docker('exec', alone, 'id', '-u')).toBe('0')
    expect(await readyz(alone, 8060)).toEqual({ status: 'ok' })
  })

  test('an API that can reach auth nowhere serves degraded, and says once which setting to change', async () => {
    const nowhere = ['jwks', 'token', 'revocations'].map((path) => `${path.toUpperCase()}_URL=http://nobody:8060/oauth2/${path}`)
    const told = ['MENSHEN_PROFILE=demo', 'DATABASE_URL=sqlite:/tmp/open-api.db', `CLIENT_SECRET=${'x'.repeat(32)}`, ...nowhere]
    const variables = told.flatMap((one) => ['-e', one])
    await docker(
      'run',
      '-d',
      '--name',
      alone,
      '--network',
      `${project}_servers`,
      '--read-only',
      '--tmpfs',
      '/tmp',
      ...variables,
      'menshen/open-api',
    )
    await healthy(alone)
    await eventually(async () => {
      expect(await readyz(alone, 8063)).toEqual({ status: 'degraded', degraded: ['auth', 'revocations'] })
    })
    const warnings = (await docker('logs', alone)).split('\n').filter((line) => line.includes('"level":"warn"'))
    expect(warnings).toEqual([
      expect.stringMatching(
        /http:\/\/nobody:8060\/oauth2\/token can't be reached \(.+\): TOKEN_URL must be an address that this process reaches/,
      ),
    ])
  })

  test('another SECRETS_KEY, no database, or one of a newer release ends the container with one line that says what to do', async () => {
    const url = (name: string, host = 'mongo') => `mongodb://${host}:27017/${name}?replicaSet=rs0`
    const told = ['MENSHEN_PROFILE=demo', 'ISSUER=http://localhost:8060', 'SECRETS_KEY=another key than the one of this stack']
    const ended = async (DATABASE_URL: string, image = 'menshen/auth', ...args: string[]) => {
      const variables = [...told, `DATABASE_URL=${DATABASE_URL}`].flatMap((one) => ['-e', one])
      return run('docker', ['run', '--rm', '--network', `${project}_servers`, ...variables, image, ...args])
    }
    const line = (words: RegExp) => expect.stringMatching(new RegExp(`^(WARNING: [^\\n]+\\n)?${words.source}[^\\n]*\\n$`))

    const otherKey = await ended(url('menshen_auth'))
    expect(otherKey).toEqual({ code: 1, out: line(/SECRETS_KEY does not open the secrets of this database: /) })
    const nobody = await ended(url('menshen_auth', 'nobody'))
    expect(nobody).toEqual({ code: 1, out: line(/MongoDB at nobody:27017 can't be used: /) })

    expect(await ended(url('newer'), 'menshen/menshen', 'migrate')).toMatchObject({ code: 0 })
    const newer = "db.getSiblingDB('newer_auth').schema_versions.updateOne({}, { $set: { version: 1000 } })"
    await docker('exec', name('mongo'), 'mongosh', '--quiet', '--eval', newer)
    expect(await ended(url('newer_auth'))).toEqual({
      code: 1,
      out: line(
        /the database has version 1000 of the tables of auth, this program knows \d+: start the release that was here last/,
      ),
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
    const toApps = "fetch('http://localhost:8051/').then(() => console.log('reached'), () => console.log('away'))"
    await eventually(async () => expect(await docker('exec', name('auth'), 'node', '-e', toApps)).toBe('reached'))
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
      requestsOf({ authorization, scope: 'learning:read' }),
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
