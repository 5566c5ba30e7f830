import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { type Database, defineCollection, insertInto, type OperationOf, UniqueConflict } from '../storage/index.ts'
import type { EventOf, EventType, NewEvent } from './catalog.ts'
import type { CloudEvent, EventBus, EventHandler } from './port.ts'

/** Events that were committed with what they tell of, and may not be published yet. */
export const outboxEvents = defineCollection<{ id: string; event: CloudEvent; createdAt: number }>({
  name: 'outbox',
  key: 'id',
  indexes: [['createdAt']],
})

/** Who does a job that only one process may do at a time. */
export const leases = defineCollection<{ name: string; holder: string; endsAt: number }>({
  name: 'leases',
  key: 'name',
  expiry: 'endsAt',
})

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
  /** Publishes what other processes left behind; does nothing while another relay holds the lease. Tells how many it sent. */
  relay(): Promise<number>
}

export interface OutboxDeps {
  database: Database
  /** null: this process, such as a command, publishes nothing; the relay of a running service does, with its next round. */
  bus: EventBus | null
  clock: Clock
  log: Log
  /** The CloudEvents source: the service's name. */
  source: string
}

const relayLease = 10_000
/** Younger rows are still in the hands of the process that committed them, in milliseconds. */
const leftBehind = 5000

/** The outbox of a service: nothing that was committed stays untold, whatever dies in between. */
export function createOutbox({ database, bus, clock, log, source }: OutboxDeps): Outbox {
  const rows = database.collection(outboxEvents)
  const holder = randomUUID()
  const handlers = new Map<string, EventHandler>()

  const eventOf = (event: NewEvent): CloudEvent => ({
    specversion: '1.0',
    id: randomUUID(),
    source,
    time: new Date(clock.now()).toISOString(),
    ...event,
  })

  async function send(event: CloudEvent): Promise<void> {
    await handlers.get(event.type)?.(event)
    await bus?.publish(event)
    await rows.remove({ id: event.id })
  }

  async function publishAll(events: readonly CloudEvent[]): Promise<void> {
    try {
      for (const event of events) await send(event)
    } catch (error) {
      log.warn({ err: error }, 'events stay in the outbox for the relay')
    }
  }

  async function holdsLease(): Promise<boolean> {
    try {
      await database.collection(leases).insert({ name: 'outbox relay', holder, endsAt: clock.now() + relayLease })
      return true
    } catch (error) {
      if (error instanceof UniqueConflict) return false
      throw error
    }
  }

  return {
    handle: (type, handler) => void handlers.set(type, handler as EventHandler), // of our own rows: `commit` knows the catalog

    async commit(operations, newEvents) {
      const events = newEvents.map(eventOf)
      const createdAt = clock.now() - (bus ? 0 : leftBehind)
      const inserts = events.map((event) => insertInto(outboxEvents, { id: event.id, event, createdAt }))
      const results = await database.transaction([...operations, ...inserts])
      if (results && bus) void publishAll(events)
      return results
    },

    async relay() {
      const waiting = (limit: number) =>
        rows.list({ createdAt: { lte: clock.now() - leftBehind } }, { orderBy: 'createdAt', limit })
      if ((await waiting(1)).length === 0 || !(await holdsLease())) return 0
      const left = await waiting(100)
      for (const { event } of left) await send(event)
      await database.collection(leases).remove({ name: 'outbox relay', holder })
      return left.length
    },
  }
}
