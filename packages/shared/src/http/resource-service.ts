import type Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import { idempotencyKeys } from '../api/idempotency.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { ResourceConfig } from '../config/resource-settings.ts'
import { workGauges } from '../events/gauges.ts'
import { type EventBus, type EventHandler, type EventType, eventsReady, openEventBus } from '../events/index.ts'
import { handledEvents } from '../events/work.ts'
import { createLog, type Log } from '../log.ts'
import { stopOnSignals } from '../run-main.ts'
import { poolGauges } from '../storage/gauges.ts'
import { type AnyDefinition, type Database, openDatabase, type Schema } from '../storage/index.ts'
import { fetchJwks } from '../tokens/jwks.ts'
import { createKeySet } from '../tokens/key-set.ts'
import { requireToken, type ScopeGuard, type TokenState } from '../tokens/require-token.ts'
import { createRevocationFeed, type RevocationFeed } from '../tokens/revocation-feed.ts'
import type { ReadRevocations } from '../tokens/revocations.ts'
import { toldOfStore } from '../tracing/store-calls.ts'
import { openTracing, type Tracing } from '../tracing/tracing.ts'
import { accessLog, requestTimes } from './access-log.ts'
import { serveAdmin } from './admin.ts'
import { clientAddress } from './client-address.ts'
import { cors } from './cors.ts'
import { type HealthOptions, healthRoutes, readyGauge } from './health.ts'
import { createMetrics, type Gauge, type Metrics, storeTimes, throttled } from './metrics.ts'
import { problems } from './problem.ts'
import { requestId } from './request-id.ts'
import { requestLimit } from './request-limit.ts'
import { type Serving, serve } from './serve.ts'

/** What a service is started in. */
export interface Surroundings {
  /** The variable that sets the port, where it is not `PORT`: messages name it. */
  portVariable?: string
  log: Log
  bus: EventBus
  clock: Clock
  /** What MongoDB calls this process, where it is not this service alone. */
  appName?: string
  /** The database, when it is open already (tests). */
  database?: Database
  /** How auth in the same process is asked what was revoked; by HTTP when left out. */
  readRevocations?: ReadRevocations
}

/** What every resource service works with; each adds its stores. */
export interface ResourceDeps {
  config: ResourceConfig
  log: Log
  clock: Clock
  database: Database
  portVariable: string
  /** Makes the guards of the routes. */
  scope: ScopeGuard
  /** Refuses callers who ask too much. */
  limit: Middleware<TokenState>
  /** What was revoked. */
  feed: RevocationFeed
  metrics: Metrics
  tracing: Tracing | undefined
  /** What `/readyz` asks. */
  ready: HealthOptions['ready']
}

/** A service that listens; `stop` also closes its database. */
export interface ResourceServing extends Serving {
  database: Database
}

/** What every resource service stores besides its own. */
export const resourceCollections: readonly AnyDefinition[] = [idempotencyKeys, handledEvents]

interface Opening extends Surroundings {
  /** All that it stores; events name the service as it does. */
  schema: Schema
}

/** Opens what the settings of a resource service name. */
export async function openResource(
  config: ResourceConfig,
  { log, bus, clock, schema, appName, portVariable = 'PORT', ...given }: Opening,
): Promise<ResourceDeps> {
  const metrics = createMetrics({
    counted: [{ ...throttled, known: [{ limit: 'caller' }] }],
    timed: [requestTimes, storeTimes],
    gauges: () => [readyGauge(ready), ...workGauges(bus, service), ...feedGauges(feed), ...poolGauges(database)],
  })
  const { service } = schema
  const tracing = await openTracing({ endpoint: config.otlpEndpoint, ratio: config.traceRatio, service, log })
  const took = toldOfStore(metrics, tracing)
  const database =
    given.database ?? (await openDatabase(config.databaseUrl, { schema, migrates: config.migrates, clock, appName, took }))
  const keySet = createKeySet({
    url: config.jwksUrl,
    clock,
    log,
    maxAgeMs: config.jwksMaxAge * 1000,
    cooldownMs: config.jwksCooldown * 1000,
  })
  const fetchKeys: EventHandler = ({ subject }) => void keySet.refresh(subject)
  await bus.listen({ handlers: { 'key.rotated': fetchKeys } satisfies { [Type in EventType]?: EventHandler } })
  const feed = createRevocationFeed({
    bus,
    clock,
    log,
    read: given.readRevocations ?? readByHttp(config, clock),
    maxStaleness: config.revocationMaxStaleness * 1000,
  })
  await feed.start()
  const ready = {
    database: { check: () => database.ping(), required: true },
    auth: { check: rarely(() => fetchJwks(config.jwksUrl, fetch), clock), required: false },
    revocations: { check: fresh(feed), required: config.revocationMaxStaleness > 0 },
    ...eventsReady(config.eventsUrl, bus),
  }
  return {
    config,
    log,
    clock,
    database,
    portVariable,
    feed,
    metrics,
    tracing,
    scope: requireToken({ issuer: config.issuer, audience: config.resource, keySet, clock, log, revoked: feed.revoked }),
    limit: requestLimit(config.requestsPerMinute, (who) => {
      metrics.count(throttled.name, { limit: 'caller' })
      log.info({ limit: 'caller', who }, 'too many requests')
    }),
    ready,
  }
}

export interface ResourceAppOptions extends Pick<ResourceDeps, 'config' | 'log' | 'clock' | 'ready' | 'metrics' | 'tracing'> {
  routes: Router
}

/** The application around the routes of a resource service: request names, log, headers, problem documents (RFC 9457), health. */
export function createResourceApp({ config, log, clock, ready, metrics, tracing, routes }: ResourceAppOptions): Koa {
  const app = new Koa()
  app.silent = true // what fails is logged by accessLog and problems
  app.use(requestId)
  app.use(clientAddress(config.trustedProxies))
  app.use(accessLog({ log, clock, metrics, tracing }))
  app.use(cors(config.corsOrigins))
  app.use(jsonHeaders)
  app.use(problems({ log }))
  app.use(healthRoutes({ ready, metrics, apart: config.adminPort !== undefined }).routes())
  app.use(routes.routes())
  app.use(routes.allowedMethods())
  return app
}

/** Serves the application of a resource service; whether it listens and stops, or can't, its database is closed in the end. */
export async function serveResource(
  name: string,
  app: Koa,
  deps: Pick<ResourceDeps, 'config' | 'log' | 'database' | 'feed' | 'portVariable' | 'ready' | 'metrics' | 'tracing'>,
): Promise<ResourceServing> {
  const { config, log, database, feed, portVariable, tracing } = deps
  const { host, port } = config
  database.hurry()
  let admin: Serving | undefined
  try {
    admin = await serveAdmin(name, deps)
    const serving = await serve({
      app,
      host,
      port,
      log,
      name,
      variable: portVariable,
      onStop: [feed.stop, () => database.close(), () => admin?.stop(), () => tracing?.close()],
    })
    return { ...serving, database }
  } catch (error) {
    await admin?.stop()
    await feed.stop()
    await database.close()
    await tracing?.close()
    throw error
  }
}

/** The program of a resource service that runs alone: it serves until a signal comes. */
export async function runResource<Config extends ResourceConfig>(
  name: string,
  config: Config,
  start: (config: Config, surroundings: Surroundings) => Promise<ResourceServing>,
): Promise<void> {
  const log = createLog({ service: name, level: config.logLevel })
  const bus = await openEventBus(config.eventsUrl, { log, alone: true })
  const starting = start(config, { log, bus, clock: systemClock })
  stopOnSignals(async (lingerMs) => {
    await (await starting).stop(lingerMs)
    await bus.close()
  }, log)
  await starting
}

const jsonHeaders: Middleware = (ctx, next) => {
  ctx.set({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  return next()
}

/** With a token of the service; nothing without a secret to get one. */
function readByHttp(config: ResourceConfig, clock: Clock): ReadRevocations | undefined {
  const { clientSecret } = config
  if (clientSecret === undefined) return undefined
  let reader: Promise<ReadRevocations> | undefined
  return async (cursor) => {
    reader ??= openReader({ ...config, clientSecret }, clock)
    return (await reader)(cursor)
  }
}

/** Loaded when it is first needed: no start waits for it. */
async function openReader(
  { tokenUrl, clientId, clientSecret, revocationsUrl }: ResourceConfig & { clientSecret: string },
  clock: Clock,
): Promise<ReadRevocations> {
  const [{ readRevocationsOf }, { createServiceCalls }] = await Promise.all([
    import('../tokens/revocations.ts'),
    import('../tokens/service-token.ts'),
  ])
  const calls = createServiceCalls({ tokenUrl, clientId, clientSecret, scope: 'revocation:read', clock })
  return readRevocationsOf(revocationsUrl, calls)
}

const feedGauges = (feed: RevocationFeed): readonly Gauge[] => [
  {
    name: 'menshen_revocation_feed_staleness_seconds',
    help: 'How old what is known of revoked tokens is; 0 while the broker tells.',
    read: () => feed.staleness() / 1000,
  },
  { name: 'menshen_revocation_feed_entries', help: 'Revocations that a token may still meet.', read: feed.size },
]

/** Older than a few rounds of asking is worth a word. */
const STALE_MS = 5000

const fresh = (feed: RevocationFeed) => async () => {
  if (feed.refuses() || feed.staleness() > STALE_MS) throw new Error('what was revoked is not known')
}

const HOLDS_MS = 10_000

/** A check whose outcome holds for ten seconds, so that asking often costs a peer nothing. */
function rarely(check: () => Promise<unknown>, clock: Clock): () => Promise<void> {
  let outcome: Promise<unknown> = Promise.resolve()
  let dueAt = 0
  return async () => {
    if (clock.now() >= dueAt) {
      dueAt = clock.now() + HOLDS_MS
      outcome = check()
    }
    await outcome
  }
}
