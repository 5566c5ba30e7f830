import { loadAuthConfig } from '@menshen/auth/config'
import { loadOpenApiConfig } from '@menshen/open-api/config'
import { loadProjectApiConfig } from '@menshen/project-api/config'
import { type Env, SettingsError } from '@menshen/shared/config/settings'
import { loadUserApiConfig } from '@menshen/user-api/config'
import type { Addresses } from './addresses.ts'
import type { SuiteConfig } from './config.ts'
import { databaseUrlOf, type ServiceName } from './database-urls.ts'

interface Told {
  addresses: Addresses
  /** The variables that are the services' own. */
  env: Env
  /** The apps of the demo; none without it. */
  clients: readonly { client_id: string; client_secret?: string }[]
}

/** The variables that each service is started with: those of the suite that are its own, and what follows from the suite's settings. */
export function serviceEnvs(config: SuiteConfig, { addresses, env, clients }: Told): Record<ServiceName, Env> {
  const common = (service: ServiceName, port: number): Env => ({
    ...env,
    HOST: config.host,
    PORT: String(port),
    ISSUER: addresses.issuer,
    DATABASE_URL: databaseUrlOf(config.databaseUrl, service),
    ADMIN_PORT: undefined, // one port for four services can't be
  })
  const fromBrowsers = demoOrigins({ addresses, env, clients })
  return {
    auth: {
      ...common('auth', config.authPort),
      ...demoWebOrigins({ addresses, env, clients }),
      ...demoClientUris(env, clients),
      ...demoCompat(env, clients),
    },
    'user-api': {
      ...common('user-api', config.userApiPort),
      RESOURCE: addresses.userApi,
      CLIENT_SECRET: demoSecret('user-api', clients),
      ...fromBrowsers,
    },
    'project-api': {
      ...common('project-api', config.projectApiPort),
      RESOURCE: addresses.projectApi,
      USER_API_URL: addresses.userApi,
      CLIENT_SECRET: env['CLIENT_SECRET'] || demoSecret('project-api', clients),
      ...fromBrowsers,
    },
    'open-api': {
      ...common('open-api', config.openApiPort),
      RESOURCE: addresses.openApi,
      CLIENT_SECRET: demoSecret('open-api', clients),
      ...fromBrowsers,
    },
  }
}

/** What each service is told, from the settings of the suite and the variables that are its own. @throws SettingsError with the faults of all. */
export function loadServiceConfigs(config: SuiteConfig, told: Told) {
  const faults = new Set<string>()
  const envs = serviceEnvs(config, told)
  function load<T>(read: (env: Env) => T, service: ServiceName): T {
    try {
      return read(envs[service])
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      for (const fault of error.faults) faults.add(fault)
      return undefined as T // never used: the faults are thrown below
    }
  }
  const configs = {
    auth: load(loadAuthConfig, 'auth'),
    userApi: load(loadUserApiConfig, 'user-api'),
    projectApi: load(loadProjectApiConfig, 'project-api'),
    openApi: load(loadOpenApiConfig, 'open-api'),
  }
  if (faults.size > 0) throw new SettingsError([...faults])
  return configs
}

/**
 * The demo's secret of a service. `CLIENT_SECRET` in the suite's own variables is that of project-api, which invites people; the others need one only in
 * processes of their own, as in one process auth is asked without.
 */
const demoSecret = (service: ServiceName, clients: Told['clients']): string | undefined =>
  clients.find(({ client_id }) => client_id === service)?.client_secret

/** The demo's single-page app, to which single sign-on goes as unseen on this machine as on the web, when no origins are set. */
function demoWebOrigins({ addresses, env, clients }: Told): Env {
  return env['LOOPBACK_WEB_ORIGINS'] || clients.length === 0 ? {} : { LOOPBACK_WEB_ORIGINS: addresses.spa }
}

/** The demo's apps are on this machine, and are told of sign-outs also when auth serves https, unless it is set otherwise. */
function demoClientUris({ PRIVATE_CLIENT_URIS }: Env, clients: Told['clients']): Env {
  return PRIVATE_CLIENT_URIS || clients.length === 0 ? {} : { PRIVATE_CLIENT_URIS: 'true' }
}

/** The demo answers as every server that it can, and anybody registers apps there, when nothing else is set. */
function demoCompat({ COMPAT, COMPAT_OPEN_REGISTRATION }: Env, clients: Told['clients']): Env {
  if (clients.length === 0) return {}
  return {
    ...(!COMPAT && { COMPAT: 'authserver,egg,wechat,implicit' }),
    ...(!COMPAT_OPEN_REGISTRATION && { COMPAT_OPEN_REGISTRATION: 'true' }),
  }
}

/** The demo's apps whose scripts call the APIs from a browser, when no origins are set. */
function demoOrigins({ addresses, env, clients }: Told): Env {
  return env['CORS_ORIGINS'] || clients.length === 0 ? {} : { CORS_ORIGINS: `${addresses.spa},${addresses.mobileApp}` }
}
