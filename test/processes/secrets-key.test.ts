import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { buildOnce } from '../support/processes/build-once.ts'
import { type ServiceProcess, startService } from '../support/processes/service-process.ts'

const refusal =
  'SECRETS_KEY does not open the secrets of this database: set the one it was first started with (several, separated by commas, while rotating)'
const mine = 'a key of the first process; 32 or more'
const other = 'a key of the other process; 32 or more'

function keysOn(driver: string, freshUrl: () => string): void {
  describe(`processes of auth whose SECRETS_KEY differ, on ${driver}`, () => {
    const running: ServiceProcess[] = []
    beforeAll(buildOnce, 180_000)
    afterEach(async () => {
      await Promise.all(running.splice(0).map((one) => one.kill()))
    })

    let number = 0
    async function start(databaseUrl: string, SECRETS_KEY: string): Promise<'listens' | string> {
      const folder = await mkdtemp(join(tmpdir(), 'menshen-keys-'))
      const env = { DATABASE_URL: databaseUrl, SECRETS_KEY, LOG_LEVEL: 'info' }
      try {
        running.push(await startService('auth', { env, folder, number: number++ }))
        return 'listens'
      } catch (error) {
        return (error as Error).message
      }
    }

    test('the second refuses to start, with the sentence that says what to set', async () => {
      const url = freshUrl()
      expect(await start(url, mine)).toBe('listens')
      expect(await start(url, other)).toBe(refusal)
      expect(await start(url, `${other},${mine}`)).toBe('listens')
    }, 30_000)

    test('it is replaced in three rounds, and a process that starts again in between with what it had serves', async () => {
      const url = freshUrl()
      const rounds = [mine, `${mine},${other}`, `${other},${mine}`, `${mine},${other}`, `${other},${mine}`, other]
      for (const SECRETS_KEY of rounds) expect([SECRETS_KEY, await start(url, SECRETS_KEY)]).toEqual([SECRETS_KEY, 'listens'])
      expect(await start(url, mine)).toBe(refusal)
    }, 60_000)

    test('of two that start at once on an empty database one serves, and the other refuses', async () => {
      for (let round = 0; round < 3; round++) {
        const url = freshUrl()
        const outcomes = await Promise.all([start(url, mine), start(url, other)])
        expect([...outcomes].sort()).toEqual([refusal, 'listens'])
      }
    }, 60_000)
  })
}

keysOn('SQLite', testSqliteUrl)
onMongo('processes of auth whose SECRETS_KEY differ', (freshUrl) => keysOn('MongoDB', freshUrl))
