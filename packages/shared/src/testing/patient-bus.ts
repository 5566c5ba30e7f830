import type { EventBus, EventHandlers } from '../events/port.ts'

/** A bus for tests: `publish` resolves when all handlers are done, those that only listen too, and fails when one does. */
export function createPatientBus(): EventBus {
  const all: { handlers: EventHandlers }[] = []
  const add = async (one: { handlers: EventHandlers }) => void all.push(one)
  return {
    async publish(event) {
      for (const { handlers } of all) await handlers[event.type]?.(event)
    },
    work: add,
    listen: add,
    live: () => true,
    backlog: async () => ({ waiting: 0, retrying: 0, parked: 0 }),
    async close() {
      all.length = 0
    },
  }
}
