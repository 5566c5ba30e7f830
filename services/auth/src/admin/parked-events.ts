import { outboxEvents, type ParkedEvent, parkedEvents } from '@menshen/shared/events'
import { type Database, insertInto, removeFrom, updateIn } from '@menshen/shared/storage'
import { type Change, type CommitDeps, commitChange } from './commit-change.ts'

export type ParkedDeps = CommitDeps & { database: Database }

/** Events of auth whose own work failed for an hour, the oldest first. */
export const listParkedEvents = ({ database }: Pick<ParkedDeps, 'database'>, limit: number): Promise<ParkedEvent[]> =>
  database.collection(parkedEvents).list({}, { orderBy: 'parkedAt', limit })

const BATCH = 1000

type Fits = (event: ParkedEvent) => boolean

/** Puts those that fit back into the outbox, from which the relay of a running auth sends them; tells how many. Of two who do it at once, one does. */
export const retryParkedEvents = (fits: Fits, deps: ParkedDeps): Promise<number> =>
  takeOut(fits, deps, ({ id, event }) => {
    const now = deps.clock.now()
    const row = { id, event, createdAt: now, dueAt: now, attempts: 0, firstFailedAt: null }
    return { action: 'event.retried', operations: [insertInto(outboxEvents, row)] }
  })

/** Takes those that fit away: what they tell of is never done. Tells how many. */
export const dropParkedEvents = (fits: Fits, deps: ParkedDeps): Promise<number> =>
  takeOut(fits, deps, () => ({ action: 'event.dropped', operations: [] }))

async function takeOut(
  fits: Fits,
  deps: ParkedDeps,
  doing: (event: ParkedEvent) => Pick<Change, 'action' | 'operations'>,
): Promise<number> {
  let taken = 0
  for (const parked of (await listParkedEvents(deps, BATCH)).filter(fits)) {
    const { id, event, parkedAt, reason } = parked
    const { action, operations } = doing(parked)
    const change = {
      action,
      subject: id,
      before: { type: event.type, parkedAt, reason },
      after: null,
      operations: [
        updateIn(parkedEvents, { id }, { set: { parkedAt: deps.clock.now() } }), // whoever comes second finds none
        removeFrom(parkedEvents, { id }),
        ...operations,
      ],
      events: [],
    }
    if (await commitChange(change, deps)) taken++
  }
  return taken
}
