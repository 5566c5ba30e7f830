import { expect, test } from '@jest/globals'
import { testRabbitUrl } from '@menshen/shared/testing/brokers'
import { testMongoUrl, testSqliteUrl } from '@menshen/shared/testing/databases'
import { demoDocument } from '@menshen/suite/demo-clients'
import { startProcesses } from '../support/processes.ts'

/** Some rotations of both algorithms, in seconds; APIs keep the key set shorter than the next key is announced, as they do with the defaults. */
const lifetimes = { KEY_ROTATION_INTERVAL: '8', KEY_ANNOUNCE: '6', JWKS_MAX_AGE: '2', JWKS_COOLDOWN: '1' }
const ROTATIONS = 3

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid

test('keys rotate under traffic, and no API ever refuses a good token', async () => {
  const eventsUrl = testRabbitUrl()
  const suite = await startProcesses({
    databaseUrl: testMongoUrl() ?? testSqliteUrl().replace('/test.db', ''),
    env: lifetimes,
    ...(eventsUrl && { eventsUrl }),
  })
  try {
    const { issuer, userApi, projectApi, openApi } = suite.addresses
    const [alice] = demoDocument(suite.addresses).users
    const form = new URLSearchParams({
      grant_type: 'password',
      client_id: 'mobile-app',
      username: 'alice',
      password: alice?.password ?? '',
    })
    const places = [`${userApi}/users/me`, `${projectApi}/projects`, `${openApi}/v1/learning/summary`]
    const statuses = new Map<number, number>()
    const kids = new Set<string>()
    const held: string[] = []

    async function signIn(): Promise<void> {
      const response = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body: form })
      const { access_token } = (await response.json()) as { access_token: string }
      kids.add(kidOf(access_token))
      held.push(access_token)
    }
    async function call(token: string): Promise<void> {
      for (const place of places) {
        const { status } = await fetch(place, { headers: { authorization: `Bearer ${token}` } })
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }

    while (kids.size <= ROTATIONS) {
      await signIn()
      await Promise.all(held.slice(-1).concat(held.slice(0, 1)).map(call)) // the newest, and the oldest, whose key is retained
    }
    expect([...statuses.keys()]).toEqual([200])
    expect(statuses.get(200)).toBeGreaterThan(100)
  } finally {
    await suite.stop()
  }
}, 240_000)
