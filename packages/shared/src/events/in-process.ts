import type { Log } from '../log.ts'
import { inTraceOf } from '../tracing/trace-context.ts'
import {
  type CloudEvent,
  type EventBus,
  type EventHandler,
  type EventHandlers,
  handlerOf,
  type Listener,
  type Work,
} from './port.ts'

/** A bus for services in one process. `alone`: there are other processes of the suite, which it does not reach. */
export function createInProcessBus({ log, alone }: { log: Log; alone: boolean }): EventBus {
  const works: Work[] = []
  const listeners: Listener[] = []
  const running = new Set<Promise<unknown>>()

  function track<Done>(work: Promise<Done>): Promise<Done> {
    running.add(work)
    const done = () => void running.delete(work)
    work.then(done, done)
    return work
  }

  async function hear(handler: EventHandler, event: CloudEvent): Promise<void> {
    try {
      await handler(event)
    } catch (error) {
      log.error({ err: error, event: event.id, type: event.type }, 'an event was not heard: its handler failed')
    }
  }

  async function deliver(event: CloudEvent): Promise<void> {
    for (const handler of handlersOf(listeners, event)) void track(hear(handler, event))
    const outcomes = await Promise.allSettled(handlersOf(works, event).map(async (handler) => handler(event)))
    const failure = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failure) throw failure.reason
  }

  return {
    publish: (event) => track(Promise.resolve().then(() => inTraceOf(event, () => deliver(event)))),
    async work(work) {
      works.push(work)
    },
    async listen(listener) {
      listeners.push(listener)
    },
    live: () => !alone,
    backlog: async () => ({ waiting: 0, retrying: 0, parked: 0 }),
    async close() {
      works.length = 0
      listeners.length = 0
      await Promise.allSettled(running)
    },
  }
}

const handlersOf = (all: ReadonlyArray<{ handlers: EventHandlers }>, { type }: CloudEvent): EventHandler[] =>
  all.flatMap(({ handlers }) => handlerOf(handlers, type) ?? [])
