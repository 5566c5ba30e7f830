import { silentLog } from '@menshen/shared/log'
import { loadSuiteConfig } from '@menshen/suite/config'
import { startSuite } from '@menshen/suite/start-suite'

export const suiteSecretsKey = 'the secrets key of the suite tests; 32 or more'

/** The whole suite in this process, on free ports. */
export function startTestSuite(databaseUrl: string) {
  const ports = { AUTH_PORT: '0', USER_API_PORT: '0', PROJECT_API_PORT: '0', OPEN_API_PORT: '0', THIRD_PARTY_SITE_PORT: '0' }
  const env = { ...ports, DATABASE_URL: databaseUrl, SECRETS_KEY: suiteSecretsKey }
  return startSuite(loadSuiteConfig(env), { env, logOf: () => silentLog })
}
