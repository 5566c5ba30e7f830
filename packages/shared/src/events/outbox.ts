import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { createLeases } from '../leases.ts'
import type { Log } from '../log.ts'
import { type Database, defineCollection, insertInto, type OperationOf, removeFrom } from '../storage/index.ts'
import { currentTrace, inTraceOf, traceparentOf } from '../tracing/trace-context.ts'
import { inSpan, type Tracing } from '../tracing/tracing.ts'
import type { EventOf, EventType, NewEvent } from './catalog.ts'
import { type CloudEvent, type EventBus, EventBusAway, type EventHandler } from './port.ts'

/** An event that was committed with what it tells of, and may not be published yet. */
export interface OutboxEvent {
  id: string
  event: CloudEvent
  createdAt: number
  /** When the relay sends it; until then it is in the hands of the process that committed it, or rests after a failure. */
  dueAt: number
  /** How often it failed, and when first. */
  attempts: number
  firstFailedAt: number | null
}

export const outboxEvents = defineCollection<OutboxEvent>({ name: 'outbox', key: 'id', indexes: [['createdAt'], ['dueAt']] })

/** An event whose work failed for an hour: it stays until an operator has it done again. */
export interface ParkedEvent {
  id: string
  event: CloudEvent
  parkedAt: number
  reason: string
}

export const parkedEvents = defineCollection<ParkedEvent>({ name: 'parked_events', key: 'id', indexes: [['parkedAt']] })

export interface Outbox {
  /**
   * Commits the operations together with the events that tell of them, and publishes those at once, without making the caller wait.
   * Gives what the transaction gives.
   */
  commit(operations: readonly OperationOf<unknown>[], events: readonly NewEvent[]): Promise<readonly unknown[] | undefined>
  /**
   * Names the work that an event means to its own service. It is done before the event is published, and again until it succeeds: it must be able to
   * begin anew. One for each type.
   */
  handle<Type extends EventType>(type: Type, handler: (event: EventOf<Type>) => Promise<void> | void): void
  /** Publishes what is due: what other processes left behind, and what failed before. Does nothing while another relay works. Tells how many it sent. */
  relay(): Promise<number>
  /** How many of its events are parked, 1000 at most. */
  parked(): Promise<number>
  /** The age of the oldest event that is not published, in milliseconds; 0 when all are. */
  lag(): Promise<number>
}

export interface OutboxDeps {
  database: Database
  /** null: this process, such as a command, publishes nothing; the relay of a running service does, with its next round. */
  bus: EventBus | null
  clock: Clock
  log: Log
  /** The CloudEvents source: the service's name. */
  source: string
  tracing?: Tracing | undefined
}

/** Younger rows are still in the hands of the process that committed them, in milliseconds. */
const LEFT_BEHIND_MS = 5000
/** How long an event rests after each failure, the last of these after all that follow, and when it is parked, in milliseconds. */
const RESTS_MS = [1000, 5000, 15_000, 60_000, 240_000, 900_000]
const GIVEN_UP_AFTER_MS = 3_600_000
/** How many are read together, and sent together. */
const BATCH = 100
const AT_A_TIME = 20

/** The outbox of a service: nothing that was committed stays untold, whatever dies in between. */
export function createOutbox({ database, bus, clock, log, source, tracing }: OutboxDeps): Outbox {
  const rows = database.collection(outboxEvents)
  const leases = createLeases({ database, clock })
  const handlers = new Map<string, EventHandler>()

  const rowOf = (newEvent: NewEvent): OutboxEvent => {
    const [id, now] = [randomUUID(), clock.now()]
    const trace = currentTrace()
    const event: CloudEvent = {
      specversion: '1.0',
      id,
      source,
      time: new Date(now).toISOString(),
      ...newEvent,
      ...(trace && { traceparent: traceparentOf(trace) }),
    }
    return { id, event, createdAt: now, dueAt: bus ? now + LEFT_BEHIND_MS : now, attempts: 0, firstFailedAt: null }
  }

  async function send({ id, event }: OutboxEvent): Promise<void> {
    const { type } = event
    const work = handlers.get(type)
    if (work) await inSpan(tracing, { name: `process ${type}`, kind: 'internal' }, async () => work(event))
    if (bus) await inSpan(tracing, { name: `send ${type}`, kind: 'producer' }, () => bus.publish(event))
    await rows.remove({ id })
  }

  /** Sends a row, or lets it rest; tells whether it was sent. @throws EventBusAway when there is no use in trying others. */
  async function trySend(row: OutboxEvent): Promise<boolean> {
    try {
      await inTraceOf(row.event, () => send(row))
      return true
    } catch (error) {
      if (error instanceof EventBusAway) throw error
      await rest(row, error)
      return false
    }
  }

  async function rest({ id, event, attempts = 0, firstFailedAt }: OutboxEvent, error: unknown): Promise<void> {
    const now = clock.now()
    const failedAt = firstFailedAt ?? now
    const dueAt = now + (RESTS_MS[Math.min(attempts, RESTS_MS.length - 1)] ?? 0)
    if (dueAt - failedAt > GIVEN_UP_AFTER_MS) return park(event, error)
    log.warn({ err: error, event: id, type: event.type }, 'an event was not published and is tried again')
    await rows.update({ id }, { set: { dueAt, firstFailedAt: failedAt }, inc: { attempts: 1 } })
  }

  async function park(event: CloudEvent, error: unknown): Promise<void> {
    log.error({ err: error, event: event.id, type: event.type }, 'an event was parked: `menshen events parked list`')
    const reason = String(error).slice(0, 300)
    await database.transaction([
      removeFrom(outboxEvents, { id: event.id }),
      insertInto(parkedEvents, { id: event.id, event, parkedAt: clock.now(), reason }),
    ])
  }

  async function publishNow(committed: readonly OutboxEvent[]): Promise<void> {
    try {
      for (const row of committed) await trySend(row)
    } catch (error) {
      if (error instanceof EventBusAway) log.debug('events wait in the outbox for the broker')
      else log.warn({ err: error }, 'events wait in the outbox for the relay')
    }
  }

  /** What is due, and rows of versions before 0.2, which did not say when. */
  async function due(): Promise<OutboxEvent[]> {
    const found = await rows.list({ dueAt: { lte: clock.now() } }, { orderBy: 'dueAt', limit: BATCH })
    return found.length > 0 ? found : rows.list({ dueAt: null }, { limit: BATCH })
  }

  async function sendAll(held: () => boolean): Promise<number> {
    let sent = 0
    while (held()) {
      const batch = await due()
      for (let i = 0; i < batch.length; i += AT_A_TIME) {
        const outcomes = await Promise.all(batch.slice(i, i + AT_A_TIME).map(trySend))
        sent += outcomes.filter(Boolean).length
      }
      if (batch.length < BATCH) break
    }
    return sent
  }

  return {
    handle: (type, handler) => void handlers.set(type, handler as EventHandler), // of our own rows: `commit` knows the catalog

    async commit(operations, events) {
      const committed = events.map(rowOf)
      const results = await database.transaction([...operations, ...committed.map((row) => insertInto(outboxEvents, row))])
      if (results && bus) void publishNow(committed)
      return results
    },

    async relay() {
      if ((await due()).length === 0) return 0
      try {
        return (await leases.hold('outbox relay', sendAll)) ?? 0
      } catch (error) {
        if (error instanceof EventBusAway) return 0
        throw error
      }
    },

    parked: async () => (await database.collection(parkedEvents).list({}, { orderBy: 'parkedAt', limit: 1000 })).length,

    async lag() {
      const [oldest] = await rows.list({}, { orderBy: 'createdAt', limit: 1 })
      return oldest ? clock.now() - oldest.createdAt : 0
    },
  }
}
