import { readRevocations } from '@menshen/auth/core/revocation-feed'
import { startAuth } from '@menshen/auth/start'
import { startOpenApi } from '@menshen/open-api/start'
import { startProjectApi } from '@menshen/project-api/start'
import { type Clock, systemClock } from '@menshen/shared/clock'
import type { Env } from '@menshen/shared/config/settings'
import { openEventBus } from '@menshen/shared/events'
import type { Serving } from '@menshen/shared/http/serve'
import { createLog, type Log } from '@menshen/shared/log'
import { DatabaseUnavailable } from '@menshen/shared/storage'
import type { ReadRevocations } from '@menshen/shared/tokens/revocations'
import { startUserApi } from '@menshen/user-api/start'
import { type Addresses, addressesOf, withFreePorts } from './addresses.ts'
import { serveApps } from './apps.ts'
import type { SuiteConfig } from './config.ts'
import { demoDocument } from './demo-clients.ts'
import { holdFolder } from './hold-folder.ts'
import { type SeedDeps, seedDemo } from './seed.ts'
import { loadServiceConfigs } from './service-configs.ts'

export interface SuiteOptions {
  /** The variables of the process, for what a service is told beyond the suite's own settings. */
  env?: Env
  /** Where each service logs; standard output when left out. */
  logOf?: (service: string) => Log
  clock?: Clock
  /** Whether the demo's people, apps and records are put in, and its apps are served. */
  demo?: boolean
}

export interface Suite {
  addresses: Addresses
  /** Stops all of them, as `Serving` does. */
  stop(lingerMs?: number): Promise<void>
}

/** Starts all services in one process; when one can't, those that did are stopped. A port of 0 is a free one. */
export async function startSuite(given: SuiteConfig, options: SuiteOptions = {}): Promise<Suite> {
  const { env = {}, clock = systemClock, demo = true, logOf = logTo(given) } = options
  const config = await withFreePorts(given)
  const addresses = addressesOf(config)
  const document = demoDocument(addresses)
  const configs = loadServiceConfigs(config, { addresses, env, clients: demo ? document.clients : [] })
  const letGo = await holdFolder(config.databaseUrl)
  const bus = await openEventBus(config.eventsUrl, { log: logOf('suite') })
  const around = (service: string, portVariable: string) => ({
    log: logOf(service),
    bus,
    clock,
    portVariable,
    appName: 'menshen',
  })

  const readFeed: ReadRevocations = async (cursor) => {
    const auth = await starting.auth.catch(() => undefined) // then the suite ends, and says why
    return auth ? readRevocations(cursor, auth.deps) : { revocations: [], cursor: '0', more: false }
  }
  const besideAuth = (service: string, portVariable: string) => ({
    ...around(service, portVariable),
    readRevocations: readFeed,
  })
  const starting = {
    auth: startAuth(configs.auth, around('auth', 'AUTH_PORT')),
    userApi: startUserApi(configs.userApi, besideAuth('user-api', 'USER_API_PORT')),
    projectApi: startProjectApi(configs.projectApi, besideAuth('project-api', 'PROJECT_API_PORT')),
    openApi: startOpenApi(configs.openApi, besideAuth('open-api', 'OPEN_API_PORT')),
  }
  const apps = demo ? serveApps(config, { addresses, document, logOf }) : []
  const stop = (lingerMs?: number) =>
    stopAll([...Object.values(starting), ...apps], lingerMs)
      .then(() => bus.close())
      .finally(letGo)
  try {
    const [{ auth, userApi, projectApi, openApi }] = await Promise.all([settled(starting), ...apps])
    const databases = { userApi: userApi.database, projectApi: projectApi.database, openApi: openApi.database }
    if (demo) await seedPatiently({ document, auth: auth.deps, ...databases, clock })
    return { addresses, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** On a slow machine a database may not answer in time; what was put in before stays, so it can be begun again. */
async function seedPatiently(deps: SeedDeps, tries = 5): Promise<void> {
  try {
    await seedDemo(deps)
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable) || tries === 1) throw error
    await seedPatiently(deps, tries - 1)
  }
}

const logTo =
  ({ logLevel }: SuiteConfig) =>
  (service: string): Log =>
    createLog({ service, level: logLevel, pretty: process.stdout.isTTY === true })

/** The values of promises by their names, or the first failure. */
async function settled<P extends Record<string, Promise<unknown>>>(
  promises: P,
): Promise<{ [Name in keyof P]: Awaited<P[Name]> }> {
  const entries = Object.entries(promises).map(async ([name, promise]) => [name, await promise])
  return Object.fromEntries(await Promise.all(entries))
}

/** Stops those that started; those that didn't have nothing to stop. */
async function stopAll(starting: Array<Promise<Serving>>, lingerMs?: number): Promise<void> {
  const outcomes = await Promise.allSettled(starting)
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  await Promise.all(started.map((serving) => serving.stop(lingerMs)))
}
