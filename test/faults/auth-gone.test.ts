import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import { freshDatabase } from './support/databases.ts'
import { accessTokenOf } from './support/device.ts'
import { endAll } from './support/program.ts'
import { apiNames, type Processes, startProcesses } from './support/world.ts'

afterEach(endAll)

const AWAY_MS = 60_000

test('auth gone for 60 s: the APIs go on with the keys they have and say so; tokens of unknown keys ask for the key set once in 30 s, however many come', async () => {
  const world = await startProcesses({ databaseUrl: freshDatabase(), people: 1 })
  const token = await accessTokenOf(world)
  for (const api of apiNames) expect(await statusAt(world, api, token)).toBe(200) // now each has the keys
  await Promise.all(world.programs.auth.map((program) => program.kill()))
  const gone = performance.now()
  const asked = world.front.count('/oauth2/jwks')

  const good: number[] = []
  const unknown: number[] = []
  while (performance.now() - gone < AWAY_MS) {
    for (const api of apiNames) {
      good.push(await statusAt(world, api, token))
      unknown.push(...(await Promise.all(Array.from({ length: 20 }, (_, i) => statusAt(world, api, ofUnknownKey(token, i))))))
    }
    await pause(250)
  }
  const fetched = world.front.count('/oauth2/jwks') - asked
  const ready = await Promise.all(apiNames.map(async (api) => JSON.parse((await world.apis[api].send('/readyz')).body)))
  console.info('auth gone:', JSON.stringify({ good: good.length, unknown: unknown.length, fetched, ready }))

  expect(new Set(good)).toEqual(new Set([200]))
  expect(new Set(unknown)).toEqual(new Set([401]))
  expect(fetched).toBeLessThanOrEqual(apiNames.length * (1 + Math.ceil(AWAY_MS / 30_000) + AWAY_MS / 10_000)) // for the keys, and for /readyz
  for (const { status, degraded } of ready) {
    expect(status).toBe('degraded')
    expect(degraded).toContain('auth')
  }
  for (const api of apiNames) expect(world.programs[api][0]?.said('the last one stays in use').length).toBeGreaterThan(0)

  await world.restart('auth', 0)
  expect(await statusAt(world, 'user-api', await accessTokenOf(world))).toBe(200)
}, 300_000)

const reads = { 'user-api': '/users/me', 'project-api': '/projects', 'open-api': '/v1/learning/summary' } as const

const statusAt = async ({ apis }: Processes, api: keyof typeof reads, token: string) =>
  (await apis[api].send(reads[api], { headers: { authorization: `Bearer ${token}` } })).status

/** The same token under the name of a key that nobody has. */
function ofUnknownKey(token: string, i: number): string {
  const [head = '', ...rest] = token.split('.')
  const header = JSON.parse(Buffer.from(head, 'base64url').toString())
  return [Buffer.from(JSON.stringify({ ...header, kid: `unknown-${i}` })).toString('base64url'), ...rest].join('.')
}
