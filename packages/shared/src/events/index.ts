import type { Log } from '../log.ts'
import { ExpectedError } from '../run-main.ts'
import type { EventBus } from './port.ts'

export { createOutbox, leases, type NewEvent, type Outbox, outboxEvents } from './outbox.ts'
export type { CloudEvent, EventBus, EventHandler } from './port.ts'

/** Opens the bus that the URL names: `memory:`, for services in one process. */
export async function openEventBus(url: string, { log }: { log: Log }): Promise<EventBus> {
  if (url !== 'memory:') throw new ExpectedError('EVENTS_URL must be memory:') // never echoed: a password may stand in it
  const { createInProcessBus } = await import('./in-process.ts')
  return createInProcessBus(log)
}
