import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@menshen/shared/clock'
import type { Env } from '@menshen/shared/config/settings'
import { removeFromBroker } from '@menshen/shared/testing/remove-from-broker'
import { testLog } from '@menshen/shared/testing/test-log'
import { type Addresses, addressesOf, withFreePorts } from '@menshen/suite/addresses'
import { serveApps } from '@menshen/suite/apps'
import { freePorts, loadSuiteConfig, type SuiteConfig } from '@menshen/suite/config'
import type { ServiceName } from '@menshen/suite/database-urls'
import { demoDocument } from '@menshen/suite/demo-clients'
import { serviceEnvs } from '@menshen/suite/service-configs'
import { type Suite, startSuite } from '@menshen/suite/start-suite'
import { buildOnce } from './processes/build-once.ts'
import { clockEnv, follow } from './processes/follow.ts'
import { startFront } from './processes/front.ts'
import type { Exchange } from './processes/seen-secrets.ts'
import { type ServiceProcess, startService } from './processes/service-process.ts'
import { suiteSecretsKey } from './secrets-key.ts'

/** The suite in processes: those of a service share its address. */
export interface ManyProcesses extends Suite {
  processes: Record<ServiceName, readonly ServiceProcess[]>
  /** All that its processes printed. */
  logs(): Promise<string>
}

export interface ProcessesOptions {
  /** `mongodb://…/NAME`, or `sqlite:FOLDER`: all processes of a service on one file. */
  databaseUrl: string
  eventsUrl?: string
  /** How many processes each service has. */
  each?: number
  env?: Env
  /** The clock that theirs follow, standing still between its moves. */
  clock?: Clock
  /** Told of each request to a service, with its answer. */
  watch?: (exchange: Exchange) => void
}

type Stop = () => Promise<unknown>

/** The addresses at which each service is reached. */
const fronts = {
  auth: 'authPort',
  'user-api': 'userApiPort',
  'project-api': 'projectApiPort',
  'open-api': 'openApiPort',
} as const
const services = Object.keys(fronts) as ServiceName[]

/**
 * Starts the suite as processes of its compiled services on one database and one broker, each service behind a proxy that gives every request to the next
 * process, with the people and apps of the demo. What it started ends with `stop`, when it fails, and when the tests do.
 */
export async function startProcesses({
  databaseUrl,
  eventsUrl = 'memory:',
  each = 2,
  env: more = {},
  clock,
  watch,
}: ProcessesOptions): Promise<ManyProcesses> {
  const env: Env = {
    ...freePorts,
    DATABASE_URL: databaseUrl,
    EVENTS_URL: eventsUrl,
    SECRETS_KEY: suiteSecretsKey,
    TRUSTED_PROXIES: '127.0.0.1',
    UV_THREADPOOL_SIZE: '8',
    LOG_LEVEL: 'info',
    ...more,
  }
  const config = await withFreePorts(loadSuiteConfig(env))
  const addresses = addressesOf(config)
  const stops: Stop[] = eventsUrl.startsWith('amqp') ? [() => removeFromBroker(eventsUrl)] : []
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one()
  }
  try {
    await Promise.all([buildOnce(), seed(config, { env, ...(clock && { clock }) })])
    const processes = await startAll(config, { addresses, env: { ...env, ...clockEnv(clock) }, each, stops })
    const all = Object.values(processes).flat()
    await serveAll(config, { processes, addresses, stops, watch, before: clock && follow(clock, all) })
    const logs = async () => (await Promise.all(all.map((one) => one.log()))).join('')
    return { addresses, processes, stop, logs }
  } catch (error) {
    await stop()
    throw error
  }
}

/** People, apps and records of the demo, put in by a suite in this process that ends before the others begin. */
async function seed(config: SuiteConfig, options: { env: Env; clock?: Clock }): Promise<void> {
  const suite = await startSuite(config, { ...options, logOf: () => testLog })
  await suite.stop()
}

interface Starting {
  addresses: Addresses
  env: Env
  each: number
  stops: Stop[]
}

async function startAll(
  config: SuiteConfig,
  { addresses, env, each, stops }: Starting,
): Promise<Record<ServiceName, ServiceProcess[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'menshen-processes-'))
  const envs = serviceEnvs(config, { addresses, env, clients: demoDocument(addresses).clients })
  const start = async (service: ServiceName, number: number) => {
    const started = await startService(service, { env: envs[service], folder, number })
    stops.push(() => started.kill())
    return started
  }
  const processes: Partial<Record<ServiceName, ServiceProcess[]>> = {}
  for (const service of services) // all at once they would only wait for each other
    processes[service] = await settled(Array.from({ length: each }, (_, number) => start(service, number)))
  return processes as Record<ServiceName, ServiceProcess[]>
}

/** All values, or the first failure, once nothing is under way any more. */
async function settled<Value>(starting: Array<Promise<Value>>): Promise<Value[]> {
  await Promise.allSettled(starting)
  return Promise.all(starting)
}

interface Serving {
  processes: Record<ServiceName, readonly ServiceProcess[]>
  addresses: Addresses
  before: (() => Promise<void>) | undefined
  watch: ((exchange: Exchange) => void) | undefined
  stops: Stop[]
}

/** The proxies, and the apps in this process. */
async function serveAll(config: SuiteConfig, { processes, addresses, before, watch, stops }: Serving): Promise<void> {
  const document = demoDocument(addresses)
  const portsOf = (service: ServiceName) => processes[service].flatMap(({ port }) => port ?? [])
  const proxies = services.map((service) =>
    startFront({ host: config.host, port: config[fronts[service]], behind: () => portsOf(service), before, watch }),
  )
  const apps = serveApps(config, { addresses, document, logOf: () => testLog })
  await Promise.all(
    [...proxies, ...apps].map(async (starting) => {
      const { stop } = await starting
      stops.push(stop)
    }),
  )
}
