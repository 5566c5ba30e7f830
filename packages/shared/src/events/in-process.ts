import type { Log } from '../log.ts'
import type { EventBus, EventHandler } from './port.ts'

/** A bus for services in one process: handlers run after the publisher's turn; a failing one is logged and stops nobody. */
export function createInProcessBus(log: Log): EventBus {
  const handlers = new Map<string, EventHandler[]>()
  const running = new Set<Promise<void>>()

  async function run(handler: EventHandler, event: Parameters<EventHandler>[0]): Promise<void> {
    try {
      await handler(event)
    } catch (error) {
      log.error({ err: error, event: event.id, type: event.type }, 'an event handler failed')
    }
  }

  return {
    async publish(event) {
      for (const handler of handlers.get(event.type) ?? []) {
        const delivery: Promise<void> = Promise.resolve()
          .then(() => run(handler, event))
          .finally(() => running.delete(delivery))
        running.add(delivery)
      }
    },
    async subscribe(type, handler) {
      handlers.set(type, [...(handlers.get(type) ?? []), handler])
    },
    async close() {
      handlers.clear()
      await Promise.all(running)
    },
  }
}
