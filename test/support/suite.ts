import { silentLog } from '@menshen/shared/log'
import { freePorts, loadSuiteConfig } from '@menshen/suite/config'
import { startSuite } from '@menshen/suite/start-suite'

export const suiteSecretsKey = 'the secrets key of the suite tests; 32 or more'

/** The whole suite in this process, on free ports. */
export function startTestSuite(databaseUrl: string) {
  const env = { ...freePorts, DATABASE_URL: databaseUrl, SECRETS_KEY: suiteSecretsKey }
  return startSuite(loadSuiteConfig(env), { env, logOf: () => silentLog })
}
