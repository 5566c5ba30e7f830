/** What happened, as a CloudEvent (CloudEvents 1.0, JSON format). */
export interface CloudEvent {
  specversion: '1.0'
  /** The same at each delivery: handlers are idempotent by it. */
  id: string
  /** The service it happened in, e.g. `menshen/auth`. */
  source: string
  /** One of the catalog. */
  type: string
  /** What it happened to, e.g. a `sub` or a `grant_id`. */
  subject: string
  /** RFC 3339. */
  time: string
  data: Record<string, unknown>
  /** Whose request it comes from (CloudEvents Distributed Tracing extension, W3C Trace Context). */
  traceparent?: string | undefined
}

export type EventHandler = (event: CloudEvent) => Promise<void> | void
export type EventHandlers = Readonly<Record<string, EventHandler>>

/** The handler of a type, which may be anything that came over a broker: `constructor` has none. */
export const handlerOf = (handlers: EventHandlers, type: string): EventHandler | undefined =>
  Object.hasOwn(handlers, type) ? handlers[type] : undefined

/** What a service must do when something happens elsewhere. */
export interface Work {
  /** Its processes share the events. */
  service: string
  handlers: EventHandlers
  /** Rejects while nothing can be handled, as the database of the service is down: no event is taken then. */
  ready(): Promise<void>
}

/** What a process wants to hear while it runs, such as what to drop from its memory. */
export interface Listener {
  handlers: EventHandlers
  /** Events may have been missed: at a connection that came late, and after each one that was lost. */
  onGap?(): void
}

/** The work of a service that lies on the broker; in one process none ever does. */
export interface Backlog {
  waiting: number
  /** Failed, and waiting for the next try: that of all services. */
  retrying: number
  parked: number
}

/** The bus can't take events over now; the event is not to blame. */
export class EventBusAway extends Error {
  override readonly name = 'EventBusAway'
}

/** At least once, in no promised order: an event carries its subject's `version` where the order matters. */
export interface EventBus {
  /**
   * Resolves when the bus has taken the event over: no work of it is lost any more. In one process that is when all its work is done; it rejects when some
   * failed, and everything is delivered again with the next call. @throws EventBusAway.
   */
  publish(event: CloudEvent): Promise<void>
  /** Each event goes to one process of the service, again until its handler succeeds. Resolves when nothing can be missed any more, or the broker is away. */
  work(work: Work): Promise<void>
  /** Each event goes to this process, once at most: a handler that fails is logged. */
  listen(listener: Listener): Promise<void>
  /** Whether what other processes of the suite publish arrives here now. */
  live(): boolean
  /** What lies on the broker for a service. @throws EventBusAway. */
  backlog(service: string): Promise<Backlog>
  /** Takes no more events, and resolves when those under way are done. */
  close(): Promise<void>
}
