import type { Clock } from '@menshen/shared/clock'
import { testRabbitUrl } from '@menshen/shared/testing/brokers'
import { testMongoUrl, testSqliteUrl } from '@menshen/shared/testing/databases'
import { testLog } from '@menshen/shared/testing/test-log'
import { freePorts, loadSuiteConfig } from '@menshen/suite/config'
import { type Suite, startSuite } from '@menshen/suite/start-suite'
import { eachInProcesses } from './auth-processes.ts'
import { suiteSecretsKey } from './secrets-key.ts'

export { suiteSecretsKey }

interface Started {
  clock?: Clock
  env?: Record<string, string>
}

/** The whole suite on free ports: in this process, or with `TEST_PROCESSES` in that many of each service, where one database serves as well as another. */
export async function startTestSuite(databaseUrl: string, { clock, env: more = {} }: Started = {}): Promise<Suite> {
  if (eachInProcesses > 0) return inProcesses(databaseUrl, { env: more, ...(clock && { clock }) })
  const env = { ...freePorts, DATABASE_URL: databaseUrl, SECRETS_KEY: suiteSecretsKey, ...more }
  return startSuite(loadSuiteConfig(env), { env, logOf: () => testLog, ...(clock && { clock }) })
}

/** On the servers that the tests may use; what is to be in this memory is in a file otherwise. */
async function inProcesses(given: string, started: Started): Promise<Suite> {
  const { startProcesses } = await import('./processes.ts')
  const file = given === 'sqlite::memory:' ? testSqliteUrl().replace('/test.db', '') : given
  const eventsUrl = testRabbitUrl() ?? 'memory:'
  return startProcesses({ databaseUrl: testMongoUrl() ?? file, eventsUrl, each: eachInProcesses, ...started })
}
