import { mkdtemp } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@menshen/shared/clock'
import type { Env } from '@menshen/shared/config/settings'
import { testMongoUrl, testSqliteUrl } from '@menshen/shared/testing/databases'
import { buildOnce } from './processes/build-once.ts'
import { clockEnv, follow } from './processes/follow.ts'
import { inTurn } from './processes/front.ts'
import { startService } from './processes/service-process.ts'

/** How many processes each service has in these tests (`TEST_PROCESSES`); 0: the services run in the process of the test. */
export const eachInProcesses = Number(process.env['TEST_PROCESSES'] || 0)

/** A database that processes can share. */
export const sharedDatabaseUrl = (): string => testMongoUrl() ?? testSqliteUrl()

interface AuthProcesses {
  /** Gives each request to the next of them. */
  handler: RequestListener
  stop(): Promise<void>
}

/** Starts auth alone in so many processes on a database that is filled; without a clock theirs is that of the machine. */
export async function startAuthProcesses(each: number, { env, clock }: { env: Env; clock?: Clock }): Promise<AuthProcesses> {
  await buildOnce()
  const folder = await mkdtemp(join(tmpdir(), 'menshen-auth-processes-'))
  const told = { ...env, ...clockEnv(clock), HOST: '127.0.0.1', TRUSTED_PROXIES: '127.0.0.1', LOG_LEVEL: 'info' }
  const processes = await Promise.all(
    Array.from({ length: each }, (_, number) => startService('auth', { env: told, folder, number })),
  )
  const behind = () => processes.flatMap(({ port }) => port ?? [])
  return {
    handler: inTurn({ host: '127.0.0.1', behind, ...(clock && { before: follow(clock, processes) }) }),
    async stop() {
      await Promise.all(processes.map((one) => one.kill()))
    },
  }
}
