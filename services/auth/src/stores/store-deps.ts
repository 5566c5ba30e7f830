import type { Outbox } from '@menshen/shared/events'
import type { Database } from '@menshen/shared/storage'

/** What the stores of auth are made of. */
export interface StoreDeps {
  database: Database
  outbox: Outbox
  clock: { now(): number }
}
