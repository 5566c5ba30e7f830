import type { EventBus, EventHandler } from '../events/port.ts'

/** A bus for tests: `publish` resolves when all handlers are done, and fails when one does. */
export function createPatientBus(): EventBus {
  const handlers = new Map<string, EventHandler[]>()
  return {
    async publish(event) {
      for (const handler of handlers.get(event.type) ?? []) await handler(event)
    },
    async subscribe(type, handler) {
      handlers.set(type, [...(handlers.get(type) ?? []), handler])
    },
    async close() {
      handlers.clear()
    },
  }
}
