import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { schema as auth } from '@menshen/auth/stores/index'
import { schema as openApi } from '@menshen/open-api/deps'
import { schema as projectApi } from '@menshen/project-api/deps'
import { migrateDatabase } from '@menshen/shared/storage'
import { testCertificate } from '@menshen/shared/testing/certificate'
import { freePort } from '@menshen/suite/addresses'
import { freePorts } from '@menshen/suite/config'
import { databaseUrlOf, type ServiceName } from '@menshen/suite/database-urls'
import { schema as userApi } from '@menshen/user-api/deps'

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

const dataFolder = () => mkdtemp(join(tmpdir(), 'menshen-start-'))

interface Started {
  child: ChildProcess
  output: () => string
  /** Milliseconds until the welcome. */
  took: number
  address: (name: string) => string
}

/** What `npm start` runs. */
function run(env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const args = ['--env-file=node.env', '--conditions=menshen-source', '--import', 'tsx', 'packages/suite/src/main.ts']
  const { DATABASE_URL: _, NODE_ENV: __, ...inherited } = process.env
  const child = spawn(process.execPath, args, { env: { ...inherited, ...freePorts, ...env } })
  running.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk))
  return { child, output: () => text }
}

async function start(env: Record<string, string>): Promise<Started> {
  const began = performance.now()
  const { child, output } = run(env)
  while (!output().includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(output())
    await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), once(child, 'exit')])
  }
  const address = (name: string) => new RegExp(`^ +${name} +(http\\S+)`, 'm').exec(output())?.[1] ?? ''
  return { child, output, took: performance.now() - began, address }
}

async function stop({ child }: { child: ChildProcess }): Promise<number | null> {
  const exit = once(child, 'exit')
  child.kill('SIGINT')
  const [code] = await exit
  return code
}

async function refused(env: Record<string, string>): Promise<{ code: number; lines: string[] }> {
  const { child, output } = run(env)
  const [code] = await once(child, 'close')
  return { code, lines: output().trim().split('\n') }
}

const passwordOfAlice = (suite: Started) => /alice +(.+)/.exec(suite.output())?.[1]?.trim() ?? ''

/** The password grant of the demo's mobile app, as alice. */
async function signIn(suite: Started): Promise<Response> {
  const form = { grant_type: 'password', client_id: 'mobile-app', username: 'alice', password: passwordOfAlice(suite) }
  return fetch(`${suite.address('auth')}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
}

test('it says where everything is and who may come in; a second start keeps all data; Ctrl-C ends it with 0', async () => {
  const DATABASE_URL = `sqlite:${await dataFolder()}`
  const SECRETS_FILE = `${DATABASE_URL.slice('sqlite:'.length)}/secret.key`
  const first = await start({ DATABASE_URL, SECRETS_FILE })
  for (const word of ['alice', 'bob', 'third-party-site', 'mobile-app', 'npm run tour']) expect(first.output()).toContain(word)
  const answer = (await (await signIn(first)).json()) as { refresh_token: string }
  expect(await stop(first)).toBe(0)

  const AUTH_PORT = new URL(first.address('auth')).port
  const second = await start({ DATABASE_URL, SECRETS_FILE, AUTH_PORT })
  const form = { grant_type: 'refresh_token', client_id: 'mobile-app', refresh_token: answer.refresh_token }
  const refreshed = await fetch(`${second.address('auth')}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
  expect(refreshed.status).toBe(200)
  expect(await stop(second)).toBe(0)
}, 30_000)

test('with a certificate auth serves https, and the demo goes on beside it', async () => {
  const { certFile, keyFile } = testCertificate
  const tls = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, NODE_EXTRA_CA_CERTS: certFile }
  const suite = await start({
    ...tls,
    DATABASE_URL: `sqlite:${await dataFolder()}`,
    SECRETS_FILE: join(await dataFolder(), 'key'),
  })
  expect(suite.address('auth')).toMatch(/^https:/)
  const away = await fetch(`${suite.address('project-center')}/login`, { redirect: 'manual' })
  expect(away.headers.get('location')).toContain(`${suite.address('auth')}/oauth2/authorize?`)
  expect(await stop(suite)).toBe(0)
}, 30_000)

test('a request under way is finished before it ends', async () => {
  const suite = await start({ DATABASE_URL: `sqlite:${await dataFolder()}`, SECRETS_FILE: join(await dataFolder(), 'key') })
  const body = new URLSearchParams({
    grant_type: 'password',
    client_id: 'mobile-app',
    username: 'alice',
    password: passwordOfAlice(suite),
  }).toString()
  const sending = request(`${suite.address('auth')}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length, expect: '100-continue' },
  })
  sending.flushHeaders()
  await once(sending, 'continue') // now it is under way
  const stopped = stop(suite)
  const answered = once(sending, 'response')
  sending.end(body)
  const [response] = await answered
  expect(response.statusCode).toBe(200)
  response.resume()
  expect(await stopped).toBe(0)
}, 30_000)

test('a port that is taken, a folder that is none and a bad variable are one clear line each, and exit code 1', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const DATABASE_URL = `sqlite:${await dataFolder()}`
  const SECRETS_FILE = join(await dataFolder(), 'key')
  const busy = await refused({ DATABASE_URL, SECRETS_FILE, AUTH_PORT: String(port) })
  const siteBusy = await refused({ DATABASE_URL, SECRETS_FILE, THIRD_PARTY_SITE_PORT: String(port) })
  taken.close()
  expect(siteBusy).toEqual({
    code: 1,
    lines: [expect.stringMatching(`port ${port} is taken \\(third-party-site\\): .*THIRD_PARTY_SITE_PORT`)],
  })
  expect(busy).toEqual({ code: 1, lines: [expect.stringMatching(`port ${port} is taken \\(auth\\): .*AUTH_PORT`)] })

  const file = join(await dataFolder(), 'file')
  await writeFile(file, '')
  const noFolder = await refused({ DATABASE_URL: `sqlite:${file}/data`, SECRETS_FILE })
  expect(noFolder).toEqual({ code: 1, lines: [expect.stringContaining(`${file}/data`)] })

  const bad = await refused({ AUTH_PORT: 'eighty', DATABASE_URL, LOG_LEVEL: 'loud' })
  expect(bad.code).toBe(1)
  expect(bad.lines).toEqual([expect.stringMatching(/^AUTH_PORT: .*eighty/), expect.stringMatching(/^LOG_LEVEL: .*loud/)])
}, 30_000)

test('production refuses what is only good for trying out, all at once', async () => {
  const { code, lines } = await refused({ NODE_ENV: 'production', DATABASE_URL: `sqlite:${await dataFolder()}` })
  expect(code).toBe(1)
  expect(lines.join('\n')).toMatch(/ISSUER/)
  expect(lines.join('\n')).toMatch(/SECRETS_KEY/)
  expect(lines.join('\n')).not.toMatch(/ {4}at /)
}, 30_000)

test('production demands a DATABASE_URL', async () => {
  const { code, lines } = await refused({ NODE_ENV: 'production' })
  expect(code).toBe(1)
  expect(lines).toEqual([expect.stringMatching(/^DATABASE_URL: must be set/)])
}, 30_000)

test('production is started on tables that menshen migrate made, and has no demo: nobody is welcomed, and the third-party site is not served', async () => {
  const port = await freePort()
  const holder = createServer().listen(0, '127.0.0.1') // a site that were served would find its port taken
  await once(holder, 'listening')
  holder.unref()
  const taken = (holder.address() as AddressInfo).port
  const env = {
    NODE_ENV: 'production',
    ISSUER: 'https://auth.example',
    SECRETS_KEY: 'the secrets key of the start tests of the suite',
    DATABASE_URL: `sqlite:${await dataFolder()}`,
    AUTH_PORT: String(port),
    THIRD_PARTY_SITE_PORT: String(taken),
  }
  expect(await refused(env)).toEqual({ code: 1, lines: [expect.stringContaining('run `npm run menshen -- migrate`')] })
  for (const schema of [auth, userApi, projectApi, openApi])
    await migrateDatabase(databaseUrlOf(env.DATABASE_URL, schema.service as ServiceName), schema)
  const { child, output } = run(env)
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(output())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(await stop({ child })).toBe(0)
  holder.close()
  expect(output()).toBe('')
}, 120_000)

test('a URL with a password is never printed, not even when it is no URL', async () => {
  const SECRETS_FILE = join(await dataFolder(), 'key')
  const DATABASE_URL = `sqlite:${await dataFolder()}`
  const events = await refused({ SECRETS_FILE, DATABASE_URL, EVENTS_URL: 'amqp://u:hunter2@one:1,two:2/x' })
  expect(events).toEqual({ code: 1, lines: ['EVENTS_URL must be memory: or amqp://…'] })

  const mongo = await refused({ SECRETS_FILE, DATABASE_URL: 'mongodb://u:hunter2@127.0.0.1:1,127.0.0.1:2/x' })
  expect(mongo).toEqual({ code: 1, lines: [expect.stringContaining("MongoDB at 127.0.0.1:1,127.0.0.1:2 can't be used")] })
  expect(mongo.lines.join()).not.toContain('hunter2')
}, 30_000)
