import type { Clock } from '../clock.ts'
import { type Database, defineCollection, insertInto, type OperationOf, UniqueConflict } from '../storage/index.ts'
import { inSpan, type Tracing } from '../tracing/tracing.ts'
import type { EventOf, EventType } from './catalog.ts'
import type { CloudEvent, EventBus } from './port.ts'

/** The events that a service has done, by their ids. */
export const handledEvents = defineCollection<{ id: string; endsAt: number }>({
  name: 'handled_events',
  key: 'id',
  expiry: 'endsAt',
})

/** An event that is told again later, in milliseconds, is done again: the newest version wins then. */
const REMEMBERED_MS = 30 * 86_400_000

/** What a service does when something happens; it puts `remember` into the transaction that does it, or the last of them. */
export type WorkHandlers = {
  readonly [Type in EventType]?: (event: EventOf<Type>, remember: OperationOf<void>) => Promise<unknown>
}

export interface WorkDeps {
  bus: EventBus
  database: Database
  clock: Clock
  service: string
  tracing?: Tracing | undefined
}

/** Does what events mean to a service, each once: a delivery that was done before is only acknowledged. */
export async function workOn({ bus, database, clock, service, tracing }: WorkDeps, handlers: WorkHandlers): Promise<void> {
  const handled = database.collection(handledEvents)

  function once<Type extends EventType>(type: Type, handle: NonNullable<WorkHandlers[Type]>) {
    return async (event: CloudEvent): Promise<void> => {
      const { id } = event
      const { parseEvent } = await import('./catalog.ts') // no start waits for its schemas
      if (await handled.find({ id })) return
      try {
        await handle(parseEvent(type, event), insertInto(handledEvents, { id, endsAt: clock.now() + REMEMBERED_MS }))
      } catch (error) {
        if (!(error instanceof UniqueConflict && error.collection === handledEvents.name)) throw error // another process did it
      }
    }
  }

  const traced = (type: EventType, handle: (event: CloudEvent) => Promise<void>) => (event: CloudEvent) =>
    inSpan(tracing, { name: `process ${type}`, kind: 'consumer' }, () => handle(event))

  const types = Object.keys(handlers) as EventType[]
  await bus.work({
    service,
    handlers: Object.fromEntries(types.map((type) => [type, traced(type, once(type, handlers[type] as never))])),
    ready: () => database.ping(),
  })
}
