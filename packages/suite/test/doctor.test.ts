import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openAdmin } from '@menshen/auth/admin/open'
import { loadAuthConfig } from '@menshen/auth/config'
import { startAuth } from '@menshen/auth/start'
import { clients } from '@menshen/auth/stores/clients'
import { systemClock } from '@menshen/shared/clock'
import { openEventBus } from '@menshen/shared/events'
import { onRabbit } from '@menshen/shared/testing/brokers'
import { listen } from '@menshen/shared/testing/http'
import { removeFromBroker } from '@menshen/shared/testing/remove-from-broker'
import { testLog } from '@menshen/shared/testing/test-log'
import { freePort } from '../src/addresses.ts'
import { databaseUrlOf } from '../src/database-urls.ts'
import { runHere } from './support/in-process.ts'

const SECRETS_KEY = 'the secrets key of the tests; 32 or more'
const folder = () => `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-doctor-'))}`

interface Told {
  check: string
  state: string
  detail: string
  todo: string | null
}

async function doctor(env: Record<string, string>) {
  const { code, out } = await runHere(['doctor', '--json'], { env: { UV_THREADPOOL_SIZE: '8', SECRETS_KEY, ...env } })
  const told: Told[] = JSON.parse(out)
  return { code, of: (check: string) => told.find((diagnosis) => diagnosis.check === check), told }
}

test('faulty settings are all told, each with what to do, and nothing is opened', async () => {
  const { code, told } = await doctor({ DATABASE_URL: folder(), AUTH_PORT: 'x', LOG_LEVEL: 'loud' })
  const faults = told.filter(({ state }) => state === 'failure')
  expect([code, faults.map(({ check }) => check)]).toEqual([1, ['settings', 'settings']])
  expect(faults.every(({ todo }) => todo?.includes('docs/configuration.md'))).toBe(true)
})

test('with nothing running it says so, and makes no database', async () => {
  const base = folder()
  const { code, of } = await doctor({ DATABASE_URL: base, AUTH_PORT: String(await freePort()) })
  expect([code, existsSync(`${base.slice('sqlite:'.length)}/auth.db`)]).toEqual([1, false])
  expect(of('issuer')).toMatchObject({ state: 'failure', todo: expect.stringContaining('npm start') })
  expect(of('secrets')).toMatchObject({ state: 'warning' })
})

test('another program at the address of auth is named as such', async () => {
  const other = await listen({ callback: () => (_req, res) => res.end('<h1>hello</h1>') })
  const { of } = await doctor({ DATABASE_URL: folder(), ISSUER: other.url })
  expect(of('issuer')).toMatchObject({ state: 'failure', todo: expect.stringContaining('another program') })
  await other.close()
})

test('a database that can not be opened, and a key that opens nothing, stop no other check', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'menshen-doctor-')), 'data')
  writeFileSync(file, 'no folder')
  const { of, told } = await doctor({ DATABASE_URL: `sqlite:${file}`, AUTH_PORT: String(await freePort()) })
  expect(told.map(({ check }) => check)).toEqual(expect.arrayContaining(['node', 'settings', 'database', 'issuer']))
  expect(of('issuer')?.state).toBe('failure')
})

test('beside a running auth all is well; a redirect URI that can not work, another key and another database are told', async () => {
  const base = folder()
  const port = await freePort()
  const env = { DATABASE_URL: base, ISSUER: `http://localhost:${port}` }
  const bus = await openEventBus('memory:', { log: testLog })
  const config = loadAuthConfig({
    ...env,
    DATABASE_URL: databaseUrlOf(base, 'auth'),
    SECRETS_KEY,
    PORT: String(port),
    UV_THREADPOOL_SIZE: '8',
  })
  const auth = await startAuth(config, { log: testLog, bus, clock: systemClock })
  const uri = 'https://shop.example/callback'
  await runHere(['client', 'create', 'shop', '--redirect-uri', uri, '--scope', 'openid'], { env: { ...env, SECRETS_KEY } })
  const service = ['--grant', 'client_credentials', '--first-party', '--scope', 'revocation:read']
  const made = await runHere(['client', 'create', 'lesson-api', ...service], { env: { ...env, SECRETS_KEY } })
  expect(made).toMatchObject({ code: 0, err: '' })

  const healthy = await doctor(env)
  expect(healthy.told.filter(({ state }) => state !== 'ok')).toEqual([])
  expect(healthy.code).toBe(0)

  const dialect = ['--dialect', 'wechat', '--redirect-uri', uri, '--scope', 'openid']
  for (const id of ['old-shop', 'older-shop'])
    await runHere(['client', 'create', id, ...dialect], { env: { ...env, SECRETS_KEY } })
  const warned = await doctor(env)
  expect([warned.code, warned.told.filter(({ state }) => state !== 'ok')]).toEqual([
    0,
    [
      {
        check: 'COMPAT wechat',
        state: 'warning',
        detail: expect.stringMatching(/weaker.*: old-shop, older-shop$/),
        todo: expect.any(String),
      },
    ],
  ])

  const admin = await openAdmin(config)
  await admin.database
    .collection(clients)
    .update({ client_id: 'shop' }, { set: { redirect_uris: ['http://shop.example/callback'] } })
  await admin.close()
  expect((await doctor(env)).of('client shop')).toMatchObject({
    state: 'failure',
    detail: expect.stringContaining('must be https'),
  })
  const wrong = { ...env, SECRETS_KEY: 'another key, of 32 characters or more' }
  expect((await doctor(wrong)).of('secrets')?.state).toBe('failure')
  const file = join(mkdtempSync(join(tmpdir(), 'menshen-doctor-')), 'none.json')
  writeFileSync(file, '{ "clients": [] }')
  await expect(runHere(['apply', file], { env: wrong })).rejects.toThrow('SECRETS_KEY does not open') // the job before a service starts
  const elsewhere = folder()
  const stranger = await startAuth(
    { ...config, databaseUrl: databaseUrlOf(elsewhere, 'auth'), port: 0 },
    { log: testLog, bus, clock: systemClock },
  )
  await stranger.stop()
  expect((await doctor({ ...env, DATABASE_URL: elsewhere })).of('keys')).toMatchObject({ state: 'failure' })
  await auth.stop()
  await bus.close()
}, 30_000)

test('a broker that does not answer is named, without its password; services apart are told to have one', async () => {
  const AUTH_PORT = String(await freePort())
  const away = await doctor({ DATABASE_URL: folder(), AUTH_PORT, EVENTS_URL: 'amqp://menshen:secret@127.0.0.1:1/app' })
  expect(away.of('events')).toMatchObject({ state: 'failure', detail: 'the broker takes no connection of ours: ECONNREFUSED' })
  expect(JSON.stringify(away.told)).not.toContain('secret@')
  const without = await doctor({ DATABASE_URL: folder(), AUTH_PORT })
  expect(without.of('events')).toMatchObject({ state: 'ok', detail: expect.stringContaining('EVENTS_URL=amqp') })
})

onRabbit('doctor', (freshUrl) => {
  test('a broker that answers is fine once a service has declared its queues there', async () => {
    const EVENTS_URL = freshUrl()
    const diagnosis = async () =>
      (await doctor({ DATABASE_URL: folder(), AUTH_PORT: String(await freePort()), EVENTS_URL })).of('events')
    expect(await diagnosis()).toMatchObject({ state: 'warning', detail: expect.stringContaining('no service has declared') })
    const bus = await openEventBus(EVENTS_URL, { log: testLog })
    expect(await diagnosis()).toMatchObject({ state: 'ok', detail: 'the broker answers, and nothing is parked' })
    await bus.close()
    await removeFromBroker(EVENTS_URL)
  })
})
