import { applyDocument } from '@menshen/auth/admin/apply'
import { loadAuthConfig } from '@menshen/auth/config'
import { startAuth } from '@menshen/auth/start'
import { loadOpenApiConfig } from '@menshen/open-api/config'
import { startOpenApi } from '@menshen/open-api/start'
import { loadProjectApiConfig } from '@menshen/project-api/config'
import { startProjectApi } from '@menshen/project-api/start'
import { type Clock, systemClock } from '@menshen/shared/clock'
import type { Env } from '@menshen/shared/config/settings'
import { openEventBus } from '@menshen/shared/events'
import { type Serving, serve } from '@menshen/shared/http/serve'
import { createLog, type Log } from '@menshen/shared/log'
import { createApp as createThirdPartySite } from '@menshen/third-party-site/app'
import { loadUserApiConfig } from '@menshen/user-api/config'
import { startUserApi } from '@menshen/user-api/start'
import { type Addresses, addressesOf, withFreePorts } from './addresses.ts'
import type { SuiteConfig } from './config.ts'
import { databaseUrlOf, type ServiceName } from './database-urls.ts'
import { demoDocument } from './demo-clients.ts'
import { seedDemo } from './seed.ts'

export interface SuiteOptions {
  /** The variables of the process, for what a service is told beyond the suite's own settings. */
  env?: Env
  /** Where each service logs; standard output when left out. */
  logOf?: (service: string) => Log
  clock?: Clock
  /** Whether the demo's people, apps and records are put in. */
  demo?: boolean
}

export interface Suite {
  addresses: Addresses
  stop(): Promise<void>
}

/** Starts all services in one process; when one can't, those that did are stopped. A port of 0 is a free one. */
export async function startSuite(
  given: SuiteConfig,
  { env = {}, clock = systemClock, demo = true, ...options }: SuiteOptions = {},
): Promise<Suite> {
  const config = await withFreePorts(given)
  const addresses = addressesOf(config)
  const logOf =
    options.logOf ?? ((service: string) => createLog({ service, level: config.logLevel, pretty: process.stdout.isTTY === true }))
  const bus = await openEventBus(config.eventsUrl, { log: logOf('suite') })
  const around = (service: string) => ({ log: logOf(service), bus, clock })
  const envOf = (service: ServiceName, port: number) => ({
    ...env,
    HOST: config.host,
    PORT: String(port),
    ISSUER: addresses.issuer,
    DATABASE_URL: databaseUrlOf(config.databaseUrl, service),
  })
  const document = demoDocument(addresses)

  const starting = {
    auth: startAuth(loadAuthConfig(envOf('auth', config.authPort)), around('auth')),
    userApi: startUserApi(
      loadUserApiConfig({ ...envOf('user-api', config.userApiPort), RESOURCE: addresses.userApi }),
      around('user-api'),
    ),
    projectApi: startProjectApi(
      loadProjectApiConfig({ ...envOf('project-api', config.projectApiPort), RESOURCE: addresses.projectApi }),
      around('project-api'),
    ),
    openApi: startOpenApi(
      loadOpenApiConfig({ ...envOf('open-api', config.openApiPort), RESOURCE: addresses.openApi }),
      around('open-api'),
    ),
    site: serveSite(config, addresses, document, logOf('third-party-site')),
  }
  const stop = () => stopAll(Object.values(starting)).then(() => bus.close())
  try {
    await Promise.all(Object.values(starting))
    const [auth, userApi, projectApi, openApi] = await Promise.all([
      starting.auth,
      starting.userApi,
      starting.projectApi,
      starting.openApi,
    ])
    if (demo)
      await seedDemo({
        document,
        auth: auth.deps,
        userApi: userApi.database,
        projectApi: projectApi.database,
        openApi: openApi.database,
        clock,
      })
    return { addresses, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
