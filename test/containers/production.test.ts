import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
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
import { buildImages, services } from './support/images.ts'
import { basic, type Request, requestsOf, startLoad } from './support/load.ts'
import { cutUpload, halfUploads, siteAt } from './support/site.ts'

const project = 'menshenproduction'
const doubled = services.flatMap((service) => [`${service}-a`, `${service}-b`])
const servers = ['caddy', 'mongo', 'rabbitmq']
const host = (name: string) => `https://${name}.menshen.test`
const name = (service: string) => `${project}_${service}_1`

;(hasEngine() ? describe : describe.skip)('the stack for people (skipped without a Docker engine)', () => {
  /** As on one's own machine: Caddy's own authority, and nothing published elsewhere. */
  const here = { PUBLISH: '127.0.0.1:443', CERTIFICATES: 'internal' }
  let envFile: string
  let compose: Compose
  let ask: ReturnType<typeof siteAt>
  let secret: string
  let data: string // of the suite before
  let copies: string

  const menshen = async (...args: string[]) => {
    const out = await compose('run', '--rm', '-T', 'menshen', ...args, '--json')
    return JSON.parse(out.slice(out.indexOf('{\n'), out.lastIndexOf('\n}') + 2))
  }
  const tokenFor = async (scope: string) => {
    const headers = { authorization: basic('report-job', secret) }
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope })
    const answer = await ask(`${host('login')}/oauth2/token`, { method: 'POST', headers, body })
    return (await answer.json()) as { access_token: string }
  }

  /** On SQLite, under the key of the stack; gives the secret of its client. */
  async function suiteBefore(): Promise<string> {
    const [, key = ''] = /^SECRETS_KEY=(.+)$/m.exec(await readFile(envFile, 'utf8')) ?? []
    const onData = { DATABASE_URL: `sqlite:${data}`, SECRETS_KEY: key }
    const of = (...args: string[]) => done('npm', ['run', '-s', 'menshen', '--', ...args], onData)
    await of('migrate')
    const registration = ['--grant', 'client_credentials', '--scope', 'user:list', '--first-party', '--json']
    return JSON.parse(await of('client', 'create', 'report-job', ...registration)).client_secret
  }
  const copyFromData = (...options: string[]) =>
    compose('run', '--rm', '-T', ...options, '-v', `${data}:/data`, '-e', 'DATABASE_URL=sqlite:/data', 'menshen', 'copy')

  const people = (headers: Record<string, string>) => ask(`${host('user-api')}/users`, { headers })

  beforeAll(async () => {
    await buildImages()
    const folder = await mkdtemp(join(tmpdir(), 'menshen-production-'))
    copies = await mkdtemp(join(tmpdir(), 'menshen-production-copies-'))
    envFile = join(folder, '.env')
    const asWe = ['--user', `${process.getuid?.()}`, '-v', `${folder}:/out`]
    const command = ['init-env', '--production', 'menshen.test', '/out/.env']
    await docker('run', '--rm', '--network=none', ...asWe, 'menshen/menshen', ...command)
    compose = composeOf(project, envFile, here)
    data = await mkdtemp(join(tmpdir(), 'menshen-production-data-'))
    secret = await suiteBefore()
    await compose('up', '-d', 'mongo')
    await healthy(name('mongo'))
    await copyFromData('--user', `${process.getuid?.()}`)
    const start = performance.now()
    await compose('up', '-d', '--no-build')
    for (const service of [...servers, ...doubled]) await healthy(name(service))
    console.info('up within', Math.round(performance.now() - start), 'ms')
    const authority = await docker('exec', name('caddy'), 'cat', '/data/caddy/pki/authorities/local/root.crt')
    ask = siteAt(443, authority)
  })
  afterAll(async () => {
    await compose('down', '-v', '--remove-orphans')
  })

  test("with another stack's .env nothing starts, and it is said what makes the right one", async () => {
    const others = join(await mkdtemp(join(tmpdir(), 'menshen-production-')), '.env')
    await done('npm', ['run', '-s', 'menshen', '--', 'init-env', others])
    const wrong = composeOf(project, others, { COMPOSE_FILE: 'compose.production.yml' })
    await expect(wrong('up', '-d')).rejects.toThrow('run menshen init-env --production DOMAIN first')
  })

  test('people and programs are served at their hosts; a token of auth, for a program that came with what ran on SQLite before, opens an API', async () => {
    const metadata = await (await ask(`${host('login')}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({ issuer: host('login'), token_endpoint: `${host('login')}/oauth2/token` })
    const page = await ask(`${host('login')}/sign-in`)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('name="password"')])
    expect(page.headers.get('set-cookie')).toMatch(/^__Host-.+secure; httponly$/)

    const { access_token } = await tokenFor('user:list')
    expect((await people({ authorization: `Bearer ${access_token}` })).status).toBe(200)
    expect((await people({})).status).toBe(401)
  })

  test('a folder whose user is another one is said to be so, and not copied', async () => {
    await expect(copyFromData('--user', '12345')).rejects.toThrow("auth.db can't be opened by this user (EACCES)")
  })

  test('each service has all that it leans on; /metrics and /readyz are for operators alone', async () => {
    for (const service of doubled) expect([service, await readyz(name(service), 9060)]).toEqual([service, { status: 'ok' }])
    for (const service of services) {
      const at = host(service === 'auth' ? 'login' : service)
      const statuses = await Promise.all(['/healthz', '/readyz', '/metrics'].map(async (path) => (await ask(at + path)).status))
      expect([service, ...statuses]).toEqual([service, 200, 404, 404])
    }
  })

  test('port 443 alone is published', async () => {
    const published = await docker(
      'ps',
      '--filter',
      `label=com.docker.compose.project=${project}`,
      '--format',
      '{{.Names}} {{.Ports}}',
    )
    const ports = published.split('\n').filter((line) => line.includes('->'))
    expect(ports).toEqual([`${name('caddy')} 127.0.0.1:443->443/tcp`])
  })

  test('no container has a capability, but Caddy that of its port; limits hold, and the root is not written to, but of RabbitMQ', async () => {
    for (const service of [...servers, ...doubled]) {
      const told = await inspected(
        name(service),
        '{{.HostConfig.CapDrop}} {{.HostConfig.CapAdd}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.Memory}}',
      )
      const added = service === 'caddy' ? String.raw`\[(CAP_)?NET_BIND_SERVICE\]` : String.raw`\[\]`
      const kept = new RegExp(String.raw`^\[ALL\] ${added} ${service !== 'rabbitmq'} unless-stopped [1-9]\d+$`)
      expect([service, told]).toEqual([service, expect.stringMatching(kept)])
    }
  })

  test('the address of a client is what Caddy saw, whatever the client says', async () => {
    await ask(`${host('login')}/oauth2/jwks`, { headers: { 'x-forwarded-for': '203.0.113.9' } })
    const told = await compose('logs', '--no-color', 'auth-a', 'auth-b')
    const addresses = [...told.matchAll(/"path":"\/oauth2\/jwks".*?"address":"([^"]+)"/g)].map(([, address]) => address)
    expect(addresses.length).toBeGreaterThan(0)
    expect(addresses).not.toContain('203.0.113.9')
    expect(addresses).not.toContain('172.30.60.2')
  })

  test('nobody outside names a request, or chooses which are traced', async () => {
    const forged = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'
    const headers = { 'x-request-id': forged, traceparent: `00-${forged}-f0f1f2f3f4f5f6f7-01` }
    const answer = await ask(`${host('login')}/oauth2/jwks`, { headers })
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
    expect(answer.headers.get('x-request-id')).not.toBe(forged)
    expect(await compose('logs', '--no-color', 'auth-a', 'auth-b')).not.toContain(forged)
  })

  test('MongoDB lets nobody in without a password, and a service into its own database alone', async () => {
    const answers = async (script: string) =>
      (await run('docker', ['exec', name('mongo'), 'mongosh', '--quiet', '--eval', script])).out
    const read = "db.getSiblingDB('menshen_auth').users.findOne()"
    expect(await answers(read)).toContain('requires authentication')
    const asOpenApi = "db.getSiblingDB('menshen_open_api').auth('open_api', process.env.MONGO_OPEN_API_PASSWORD);"
    expect(await answers(`${asOpenApi} ${read}`)).toContain('not authorized on menshen_auth')
  })

  /** A block of the guide to back-ups, as somebody types it. */
  async function typed(which: 'back-up' | 'restore'): Promise<void> {
    const guide = await readFile('docs/guides/back-up.md', 'utf8')
    const [, section = ''] = /^## The stack of compose\.production\.yml\n([\s\S]*?)^## /m.exec(guide) ?? []
    const [backUp = '', restore = ''] = [...section.matchAll(/^```bash\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
    const block = which === 'restore' ? restore : backUp
    const shell = `docker() { shift; command ${compose.words.join(' ')} "$@"; }; ${block}`
    const places = shell.replaceAll('../menshen-', '$COPIES/').replace('cp .env', `cp ${envFile}`)
    await done('bash', ['-euc', places], { ...here, COPIES: copies })
  }

  test('it is backed up while it runs, and restored, as the guide says', async () => {
    await typed('back-up')
    await menshen('client', 'create', 'made-later', '--grant', 'client_credentials')
    await typed('restore')
    const clients = (await menshen('client', 'list')).items.map(({ client_id }: { client_id: string }) => client_id)
    expect(clients).toContain('report-job')
    expect(clients).not.toContain('made-later')
    expect(await tokenFor('user:list')).toHaveProperty('access_token')
  })

  test('uploads that a stranger cuts off close no process to others', async () => {
    const address = `${host('login')}/oauth2/token`
    let attacking = true
    const attack = Array.from({ length: 2 }, async () => {
      while (attacking) await cutUpload(443, address)
    })
    const began = performance.now()
    for (let i = 0; i < 30; i++) expect((await ask(`${host('login')}/oauth2/jwks`)).status).toBe(200)
    attacking = false
    await Promise.all(attack)
    expect(performance.now() - began).toBeLessThan(6000)
  })

  test('thousands of uploads that a stranger begins and does not end close Caddy to nobody', async () => {
    const letGo = halfUploads(443, `${host('login')}/oauth2/token`, { connections: 30, streams: 200 })
    await pause(5000)
    const restarts = await inspected(name('caddy'), '{{.RestartCount}} {{.State.OOMKilled}}')
    const answer = await ask(`${host('login')}/oauth2/jwks`)
    letGo()
    expect([restarts, answer.status]).toEqual(['0 false', 200])
  })

  const stack = () => ['--env-file', envFile, '-p', project]
  const releases = () =>
    Promise.all(doubled.map(async (one) => [one, await inspected(name(one), '{{index .Config.Labels "release"}}')]))

  const loaded = (...more: Request[]) => {
    const client = { authorization: basic('report-job', secret), scope: 'user:list' }
    return startLoad(ask, [...requestsOf(client, host('login')), ...more], 2)
  }

  /** Under load, of which no request fails. */
  async function upgraded(...options: string[]): Promise<void> {
    const load = loaded([`${host('user-api')}/openapi.json`, {}]) // no caller's limit counts it
    const start = performance.now()
    await done('deploy/upgrade.sh', [...options, ...stack()], here)
    const { answered, faults } = await load.stop()
    console.info('upgraded within', Math.round(performance.now() - start), 'ms; answered meanwhile:', answered)
    expect(faults).toEqual([])
    expect(answered).toBeGreaterThan(100)
  }

  const imagesOf = (containers: readonly string[]) => Promise.all(containers.map((one) => inspected(name(one), '{{.Image}}')))
  const built = (image: string, lines: string) =>
    done('bash', [
      '-c',
      `printf 'FROM menshen/%s\n%s' "$0" "$1" | docker build -q --network=host -t "menshen/$0" -`,
      image,
      lines,
    ])
  const running = (script: string) => `CMD ${JSON.stringify(['node', '-e', script])}`
  const upgrade = (...options: string[]) => run('deploy/upgrade.sh', [...options, ...stack()], { ...here, PATIENCE: '15' })
  test('a release that listens and reaches nothing is put back where it was tried, and no request fails', async () => {
    const before = await imagesOf(doubled)
    const listening = `const { createServer } = require('node:http')
      const answer = ({ url }, response) => response.end(JSON.stringify({ status: url === '/readyz' ? 'unavailable' : 'ok' }))
      for (const port of [8060, 9060]) createServer(answer).listen(port)`
    await built('auth', running(listening))
    const load = loaded()
    const { code, out } = await upgrade()
    const { answered, faults } = await load.stop()
    expect([code, out]).toEqual([1, expect.stringContaining('auth-a says it is unavailable')])
    expect(out).toContain('auth-a did not get healthy and has the image of before')
    expect(faults).toEqual([])
    expect(answered).toBeGreaterThan(100)
    expect(await imagesOf(doubled)).toEqual(before)
    expect(await inspected('menshen/auth', '{{.Id}}')).toBe(before[0])
  })

  test('after a release that migrated and does not start its double serves, and the back-up leads back', async () => {
    const before = await imagesOf(doubled)
    const nextVersion = 'version: 2, collections/version: 3, collections'
    await built('menshen', `USER root\nRUN sed -i 's/${nextVersion}/' services/auth/dist/stores/index.js\nUSER node`)
    await built('auth', running('console.log(1 / nothing)'))
    const load = loaded()
    const { code, out } = await upgrade()
    const { faults } = await load.stop()
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/nothing is not defined[\s\S]*this program knows 2[\s\S]*auth-b is healthy/),
    ])
    expect(faults).toEqual([])
    expect(await upgrade('--back')).toEqual({ code: 1, out: expect.stringContaining('restore the back-up of before it') })

    await compose('stop')
    await compose('up', '-d', 'mongo')
    await healthy(name('mongo'))
    await typed('restore')
    expect(await upgrade('--back')).toMatchObject({ code: 0 })
    for (const service of doubled) await healthy(name(service))
    expect(await imagesOf(doubled)).toEqual(before)
    expect(await tokenFor('user:list')).toHaveProperty('access_token')
  })

  test('an upgrade that is cut off changes nothing that the next up does not put back', async () => {
    const before = await imagesOf(doubled)
    await buildImages('--label', 'release=cut')
    expect(await run('timeout', ['5', 'deploy/upgrade.sh', ...stack()], here)).toMatchObject({ code: 124 })
    await compose('up', '-d', '--no-build')
    for (const service of doubled) await healthy(name(service))
    expect(await imagesOf(doubled)).toEqual(before)
  })

  test('another release replaces all, one by one under load, and no request fails', async () => {
    const next = ['--label', 'release=next']
    await buildImages(...next)
    const { access_token } = await tokenFor('user:list')
    await run('timeout', ['14', 'deploy/upgrade.sh', ...stack()], here) // cut off when some have it
    await buildImages(...next)
    const upgrading = upgraded()
    await pause(3000)
    expect((await run('deploy/upgrade.sh', stack(), here)).out).toContain('another upgrade is under way')
    await upgrading
    expect(await releases()).toEqual(doubled.map((service) => [service, 'next']))
    expect((await people({ authorization: `Bearer ${access_token}` })).status).toBe(200)
  })

  test('a round with nothing new goes through where a process crashed often, and leaves the way back as it is', async () => {
    const before = await inspected('menshen/auth:before', '{{.Id}}')
    for (let crashes = 1; crashes <= 3; crashes++) {
      await killedFromOutside(name('auth-b'))
      await eventually(async () => expect(await inspected(name('auth-b'), '{{.RestartCount}}')).toBe(String(crashes)))
      await eventually(async () => expect(await readyz(name('auth-b'), 9060)).toEqual({ status: 'ok' }))
    }
    await docker('rm', name('register')) // as who tidies up does
    expect(await upgrade()).toMatchObject({ code: 0 })
    expect(await inspected('menshen/auth:before', '{{.Id}}')).toBe(before)
  })

  test('the release of before comes back in the same way', async () => {
    await upgraded('--back')
    expect(await releases()).toEqual(doubled.map((service) => [service, '']))
  })

  test('no log holds a secret, nor a query', async () => {
    await ask(`${host('login')}/oauth2/authorize?client_id=report-job&state=seen-by-nobody`)
    const logs = await compose('logs', '--no-color')
    const lines = (await readFile(envFile, 'utf8')).split('\n').map((line) => line.split('='))
    const secrets = lines.filter(([key = '']) => /^[A-Z_]*(SECRET|PASSWORD|KEY)[A-Z_]*$/.test(key)).map(([, value = '']) => value)
    expect(secrets.length).toBe(11)
    expect(logs.length).toBeGreaterThan(1000)
    expect([...secrets, secret, 'seen-by-nobody'].filter((one) => one === '' || logs.includes(one))).toEqual([])
  })
})
