/** What happened, as a CloudEvent (CloudEvents 1.0, JSON format). */
export interface CloudEvent {
  specversion: '1.0'
  /** The same at each delivery: handlers are idempotent by it. */
  id: string
  /** The service it happened in, e.g. `menshen/auth`. */
  source: string
  type: string
  /** What it happened to, e.g. a `sub` or a `grant_id`. */
  subject: string
  /** RFC 3339. */
  time: string
  data: Record<string, unknown>
}

export type EventHandler = (event: CloudEvent) => Promise<void> | void

/** At least once, in no promised order: an event carries its subject's `version` where the order matters. */
export interface EventBus {
  /** Resolves when the bus has taken the event over. */
  publish(event: CloudEvent): Promise<void>
  subscribe(type: string, handler: EventHandler): Promise<void>
  close(): Promise<void>
}
