import type { Log } from '../log.ts'
import { ExpectedError } from '../run-main.ts'
import type { EventBus } from './port.ts'

export type { EventOf, EventType, NewEvent } from './catalog.ts'
export { createOutbox, leases, type Outbox, outboxEvents } from './outbox.ts'
export type { CloudEvent, EventBus, EventHandler, EventHandlers, Listener, Work } from './port.ts'

export interface BusOptions {
  log: Log
  /** Whether other services run in processes of their own: a bus in memory does not reach them then. */
  alone?: boolean
}

/** Opens the bus that the URL names: `memory:`, for services in one process. */
export async function openEventBus(url: string, { log, alone = false }: BusOptions): Promise<EventBus> {
  if (url !== 'memory:') throw new ExpectedError('EVENTS_URL must be memory:') // never echoed: a password may stand in it
  const { createInProcessBus } = await import('./in-process.ts')
  return createInProcessBus({ log, alone })
}
