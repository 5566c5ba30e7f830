import { availableParallelism } from 'node:os'
import type { Clock } from '@menshen/shared/clock'
import { createOutbox, type EventBus, type EventHandler, type EventType, eventsReady, type Outbox } from '@menshen/shared/events'
import type { HealthOptions } from '@menshen/shared/http/health'
import { createMetrics, type Metrics, throttled as throttledCount } from '@menshen/shared/http/metrics'
import { createLeases, type Leases } from '@menshen/shared/leases'
import type { Log } from '@menshen/shared/log'
import { type Database, openDatabase } from '@menshen/shared/storage'
import { toldOfStore } from '@menshen/shared/tracing/store-calls'
import { openTracing, type Tracing } from '@menshen/shared/tracing/tracing'
import { cached } from './caches.ts'
import type { mountDialects } from './compat/index.ts'
import type { AuthConfig } from './config.ts'
import type { BackchannelDeps, LogoutOutcome } from './core/backchannel-logout.ts'
import { createFailureLimit, createRequestLimit } from './core/client-limits.ts'
import { resealSecrets } from './core/client-secrets.ts'
import { clientsOf, dialects } from './core/dialect.ts'
import { type Keys, openKeys } from './core/keys.ts'
import type { CoreDeps } from './core/ports.ts'
import { createRemoteKeys } from './core/remote-keys.ts'
import { openSubjects } from './core/subject.ts'
import type { Limit } from './core/throttle.ts'
import { createVault } from './core/vault.ts'
import { createJsonFetcher } from './fetch-json.ts'
import { handleEvents } from './handle-events.ts'
import { type Cookies, createCookies } from './http/cookies.ts'
import { createKnownDevices, type KnownDevices } from './http/known-device.ts'
import { createMac, type Mac } from './http/mac.ts'
import { counted, gaugesOf, hashTimes, timed } from './metrics.ts'
import { createOutbound } from './outbound.ts'
import { createPasswordHasher, hashesInFlight } from './passwords.ts'
import { createFormPoster } from './post-form.ts'
import { loadSecretsKeys } from './secrets-key.ts'
import { createStores, schema } from './stores/index.ts'

/** All that auth works with. */
export interface AuthDeps extends CoreDeps {
  config: AuthConfig
  clock: Clock
  log: Log
  database: Database
  outbox: Outbox
  leases: Leases
  signing: Keys
  backchannel: BackchannelDeps
  metrics: Metrics
  tracing: Tracing | undefined
  /** What `/readyz` asks. */
  ready: HealthOptions['ready']
  mountDialects: typeof mountDialects
  cookies: Cookies
  csrf: Mac
  knownDevices: KnownDevices
}

export interface Surroundings {
  log: Log
  bus: EventBus
  clock: Clock
  /** What MongoDB calls this process, where it is not this service alone. */
  appName?: string | undefined
  /** The database, when it is open already (tests). */
  database?: Database
}

/** Opens what the settings name. */
export async function createDeps(config: AuthConfig, { log, bus, clock, appName, ...given }: Surroundings): Promise<AuthDeps> {
  const secretsKeys = await loadSecretsKeys(config)
  const metrics = createMetrics({ counted, timed, gauges: () => gaugesOf({ ready, database, outbox, bus, signing, passwords }) })
  const tracing = await openTracing({ endpoint: config.otlpEndpoint, ratio: config.traceRatio, service: 'auth', log })
  const database =
    given.database ??
    (await openDatabase(config.databaseUrl, {
      schema,
      migrates: config.migrates,
      clock,
      synchronous: config.sqliteSynchronous,
      appName,
      took: toldOfStore(metrics, tracing),
    }))
  const leases = createLeases({ database, clock })
  const outbox = createOutbox({ database, bus, clock, log, source: 'menshen/auth', tracing })
  const stores = await cached(createStores({ database, outbox, clock }), { bus, clock })
  const vault = createVault(secretsKeys)
  // Before the keys, as it is one record: of two processes with other SECRETS_KEYs at an empty database one is the first, and the other refuses.
  const { subjectOf, unionOf } = await openSubjects({ sealed: stores.sealed, vault })
  const signing = await openKeys({ keys: stores.keys, clock, vault })
  const takeUpKeys = () => signing.refresh().catch((err) => log.warn({ err }, 'the signing keys are read with the next round'))
  await bus.listen({ handlers: { 'key.rotated': takeUpKeys } satisfies { [Type in EventType]?: EventHandler } })
  const ask = createOutbound({ allowPrivate: mayBePrivate(config) })
  const heard = reportLogouts({ log, metrics })
  const backchannel = { ...stores, config, clock, signing, subjectOf, postForm: createFormPoster(ask), heard }
  handleEvents(outbox, { ...stores, backchannel, log })
  const parallel = hashesInFlight({ cores: availableParallelism(), threadPoolSize: config.threadPoolSize })
  await resealSecrets({ clients: stores.clients, vault })
  const passwords = createPasswordHasher({ parallel, took: toldOfHash({ metrics, tracing }) })
  const cookies = createCookies(config.issuer)
  const throttled = (limit: Limit) => metrics.count(throttledCount.name, { limit })
  const ready = {
    database: { check: () => database.ping(), required: true },
    keys: { check: signing.check, required: true },
    ...eventsReady(config.eventsUrl, bus),
  }
  return {
    ...stores,
    clients: clientsOf(stores.clients, [null, ...dialects.filter((dialect) => config.compat.includes(dialect))]),
    config,
    clock,
    log,
    database,
    outbox,
    leases,
    signing,
    backchannel,
    metrics,
    tracing,
    ready,
    mountDialects: await loadDialects(config),
    vault,
    subjectOf,
    unionOf,
    remoteKeys: createRemoteKeys({ clock, fetchJson: createJsonFetcher(ask) }),
    requestLimit: createRequestLimit(config.tokenRequestsPerMinute, { rates: stores.rates, clock, throttled }),
    failureLimit: createFailureLimit(config.clientFailuresPerMinute, { rates: stores.rates, clock, throttled }),
    passwords,
    throttled,
    signInHeard: (outcome) => metrics.count('menshen_sign_ins_total', { outcome }),
    cookies,
    csrf: createMac('csrf', secretsKeys),
    knownDevices: createKnownDevices(cookies, createMac('device', secretsKeys)),
  }
}

const toldOfHash =
  ({ metrics, tracing }: Pick<AuthDeps, 'metrics' | 'tracing'>) =>
  (seconds: number): void => {
    metrics.observe(hashTimes.name, {}, seconds)
    tracing?.took({ name: 'argon2id', kind: 'internal' }, seconds)
  }

/** Their modules are loaded where COMPAT names one: nobody else waits for them. */
const loadDialects = async ({ compat }: AuthConfig): Promise<typeof mountDialects> =>
  compat.length > 0 ? (await import('./compat/index.ts')).mountDialects : () => {}

/** Trying out, clients are on one's own machine. */
const mayBePrivate = ({ privateClientUris, issuer }: AuthConfig) => privateClientUris ?? issuer.startsWith('http:')

const reportLogouts =
  ({ log, metrics }: { log: Log; metrics: Metrics }) =>
  ({ outcome, error, ...about }: LogoutOutcome): void => {
    metrics.count('menshen_backchannel_logouts_total', { outcome })
    if (outcome === 'told') log.info(about, 'a client was told that a session ended')
    else
      log[outcome === 'failed' ? 'warn' : 'error'](
        { ...about, err: error },
        `a client could not be told that a session ended: ${outcome}`,
      )
  }
