import { randomUUID } from 'node:crypto'
import type { NewEvent, Outbox } from '@menshen/shared/events'
import { insertInto, type OperationOf } from '@menshen/shared/storage'
import { audit } from '../stores/audit.ts'
import { Refusal } from './refusal.ts'

export interface CommitDeps {
  outbox: Outbox
  clock: { now(): number }
  /** Who does it. */
  actor: string
}

/** A change by an administrator. */
export interface Change {
  action: string
  subject: string
  /** What it changes, without secrets; null: it was not there, or is no more. */
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  operations: ReadonlyArray<OperationOf<unknown>>
  events: readonly NewEvent[]
}

/** Does it, records it and tells of it in one transaction; tells whether its conditions held. @throws UniqueConflict. */
export async function commitChange(change: Change, { outbox, clock, actor }: CommitDeps): Promise<boolean> {
  const { action, subject, before, after, operations, events } = change
  const record = { id: randomUUID(), at: clock.now(), actor, action, subject, before, after }
  return (await outbox.commit([...operations, insertInto(audit, record)], events)) !== undefined
}

const rounds = 10

/** Tries again while somebody else changes the same record in between. */
export async function untilDone<Done>(attempt: () => Promise<Done | undefined>): Promise<Done> {
  for (let round = 0; round < rounds; round++) {
    const done = await attempt()
    if (done !== undefined) return done
  }
  throw new Refusal('somebody else keeps changing the same record: try again')
}
