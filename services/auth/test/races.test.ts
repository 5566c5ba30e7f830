import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { openAuthProcess, seedRefreshToken } from '../../../scripts/bench/races/auth-process.ts'
import { race, tsx } from '../../../scripts/bench/races/race.ts'
import { sha256 } from '../src/core/secrets.ts'
import { refreshTokens } from '../src/stores/refresh-tokens.ts'
import { guessAtOnce } from './processes/guess-at-once.ts'
import { script } from './processes/script.ts'

/** Some of what `npm run races` does 100,000 times. */
function racesOn(driver: string, url: string): void {
  describe(`two processes on ${driver}`, () => {
    test('racing for a code at most one wins and the Grant is dead; racing to refresh all get one successor', async () => {
      expect(await race(url, 100)).toEqual({
        codesWithTwoSuccesses: 0,
        codesWithNoSuccess: expect.any(Number),
        grantsAliveAfterRace: 0,
        refreshesRefused: 0,
        refreshesWithTwoSuccessors: 0,
        rowsOtherThanOne: 0,
        grantsRevokedByRefresh: 0,
        faults: 0,
      })
    }, 60_000)

    test('guessing at one name are together allowed what one is: 5 guesses before the wait', async () => {
      const names = Array.from({ length: 100 }, (_, i) => `name ${i}`)
      expect(await guessAtOnce(url, { names, each: 10 })).toEqual(names.map(() => 5))
    }, 60_000)

    test('a process killed between the two writes of a rotation leaves what the next request repairs, soon or late', async () => {
      const auth = await openAuthProcess(url)
      for (const wait of [0, 60_000]) {
        const { token, grant_id } = await seedRefreshToken(auth.database, auth.deps)
        expect(await killedWhileRotating(url, token)).toBe('SIGKILL')
        const rows = () => auth.database.collection(refreshTokens).list({ grant_id })
        expect(await rows()).toHaveLength(1)

        const later = { ...auth.deps, clock: { now: () => Date.now() + wait } }
        const { rotateRefreshToken } = await import('../src/core/refresh-token.ts')
        const refused = (error: unknown) => ({ refresh_token: '', grant_id: String(error) })
        const rotated = await rotateRefreshToken({ token, client_id: 'racer' }, later).catch(refused)
        expect(rotated).toEqual({ refresh_token: expect.any(String), grant_id })
        expect((await rows()).map(({ hash }) => hash).sort()).toEqual([sha256(token), sha256(rotated.refresh_token)].sort())
        expect((await auth.stores.grants.find(grant_id))?.revokedAt).toBeNull()
      }
      await auth.database.close()
    }, 30_000)
  })
}

async function killedWhileRotating(url: string, token: string): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [...tsx, script('killed'), url, token], { stdio: 'inherit' })
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return signal
}

racesOn('SQLite', testSqliteUrl())
onMongo('two processes', (freshUrl) => racesOn('MongoDB', freshUrl()))
