import type { HealthOptions } from '../http/health.ts'
import type { Log } from '../log.ts'
import { ExpectedError } from '../run-main.ts'
import type { EventBus } from './port.ts'

export type { EventOf, EventType, NewEvent } from './catalog.ts'
export { createOutbox, type Outbox, outboxEvents, type ParkedEvent, parkedEvents } from './outbox.ts'
export {
  type Backlog,
  type CloudEvent,
  type EventBus,
  EventBusAway,
  type EventHandler,
  type EventHandlers,
  type Listener,
  type Work,
} from './port.ts'

export interface BusOptions {
  log: Log
  /** Whether other services run in processes of their own: a bus in memory does not reach them then. */
  alone?: boolean
}

/**
 * Opens the bus that the URL names: `memory:`, for services in one process, or `amqp://…` (RabbitMQ), whose broker need not be there yet. The driver is
 * imported only when its URL is used.
 */
export async function openEventBus(url: string, { log, alone = false }: BusOptions): Promise<EventBus> {
  if (url === 'memory:') {
    const { createInProcessBus } = await import('./in-process.ts')
    return createInProcessBus({ log, alone })
  }
  if (!isAmqp(url)) throw new ExpectedError('EVENTS_URL must be memory: or amqp://…') // never echoed: a password may stand in it
  const { openRabbitmq } = await import('./rabbitmq.ts')
  return openRabbitmq(url, { log })
}

/** What `/readyz` asks about events: with a broker, whether they come and go now. */
export const eventsReady = (url: string, bus: EventBus): HealthOptions['ready'] =>
  isAmqp(url) ? { events: { check: () => (bus.live() ? Promise.resolve() : Promise.reject(away)), required: false } } : {}

const away = new Error('the broker is away')

const isAmqp = (url: string): boolean => /^amqps?:\/\//.test(url) && URL.canParse(url)
