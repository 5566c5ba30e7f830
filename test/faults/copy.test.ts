import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect } from '@jest/globals'
import { refreshTokens } from '@menshen/auth/stores/refresh-tokens'
import { openDatabase } from '@menshen/shared/storage'
import { openDriver } from '@menshen/shared/storage/open-driver'
import { databaseUrlOf } from '@menshen/suite/database-urls'
import { endAll, runToItsEnd } from './support/program.ts'
import { mongod, onServers, startServer } from './support/server.ts'

afterEach(endAll)

const count = 30_000
const expiresAt = Date.now() + 3_600_000

onServers(
  [mongod],
  'MongoDB is killed while menshen copy writes to it: that is told in one line without a record, and when it is back the copy goes on',
  async () => {
    const server = await startServer(mongod)
    const target = server.url.replace('/?', '/copied?')
    const env = { DATABASE_URL: `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-copy-'))}`, TARGET_DATABASE_URL: target }
    const run = (command: string) => runToItsEnd({ script: 'packages/suite/src/cli.ts', args: [command], env })
    await run('migrate')
    await fill(env.DATABASE_URL)

    const ended = run('copy')
    while ((await copiedTo(target)) === 0) await pause(20)
    await server.kill()
    expect(await ended).toEqual({
      code: 1,
      lines: ['a database went away: run it again when it is back, and it goes on where it was'],
    })
    await server.start()
    const partly = await copiedTo(target)
    expect([partly > 0, partly < count]).toEqual([true, true])
    expect((await run('copy')).code).toBe(0)
    expect(await copiedTo(target)).toBe(count)
  },
  120_000,
)

async function fill(databaseUrl: string): Promise<void> {
  const driver = await openDriver(databaseUrlOf(databaseUrl, 'auth'), {})
  await driver.fill(
    refreshTokens,
    Array.from({ length: count }, (_, i) => ({
      hash: `${i}`,
      grant_id: `${i}`,
      client_id: 'mobile-app',
      usedAt: null,
      expiresAt,
    })),
  )
  await driver.close()
}

async function copiedTo(databaseUrl: string): Promise<number> {
  const database = await openDatabase(databaseUrlOf(databaseUrl, 'auth'), { collections: [refreshTokens] })
  const found = await database.collection(refreshTokens).list({})
  await database.close()
  return found.length
}
