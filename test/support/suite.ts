import type { Clock } from '@menshen/shared/clock'
import { silentLog } from '@menshen/shared/log'
import { freePorts, loadSuiteConfig } from '@menshen/suite/config'
import { startSuite } from '@menshen/suite/start-suite'

export const suiteSecretsKey = 'the secrets key of the suite tests; 32 or more'

/** The whole suite in this process, on free ports. */
export function startTestSuite(
  databaseUrl: string,
  { clock, env: more = {} }: { clock?: Clock; env?: Record<string, string> } = {},
) {
  const env = { ...freePorts, DATABASE_URL: databaseUrl, SECRETS_KEY: suiteSecretsKey, ...more }
  return startSuite(loadSuiteConfig(env), { env, logOf: () => silentLog, ...(clock && { clock }) })
}
