import { outboxEvents, type ParkedEvent, parkedEvents } from '@menshen/shared/events'
import { type Database, insertInto, removeFrom, updateIn } from '@menshen/shared/storage'
import { type CommitDeps, commitChange } from './commit-change.ts'

export type ParkedDeps = CommitDeps & { database: Database }

/** Events of auth whose own work failed for an hour, the oldest first. */
export const listParkedEvents = ({ database }: Pick<ParkedDeps, 'database'>, limit: number): Promise<ParkedEvent[]> =>
  database.collection(parkedEvents).list({}, { orderBy: 'parkedAt', limit })

const BATCH = 1000

/** Puts those that fit back into the outbox, from which the relay of a running auth sends them; tells how many. Of two who do it at once, one does. */
export async function retryParkedEvents(fits: (event: ParkedEvent) => boolean, deps: ParkedDeps): Promise<number> {
  const parked = await listParkedEvents(deps, BATCH)
  const outcomes: boolean[] = []
  for (const each of parked.filter(fits)) outcomes.push(await putBack(each, deps))
  return outcomes.filter(Boolean).length
}

function putBack({ id, event, parkedAt, reason }: ParkedEvent, deps: ParkedDeps): Promise<boolean> {
  const now = deps.clock.now()
  const row = { id, event, createdAt: now, dueAt: now, attempts: 0, firstFailedAt: null }
  return commitChange(
    {
      action: 'event.retried',
      subject: id,
      before: { type: event.type, parkedAt, reason },
      after: null,
      operations: [
        updateIn(parkedEvents, { id }, { set: { parkedAt: now } }), // whoever comes second finds none
        removeFrom(parkedEvents, { id }),
        insertInto(outboxEvents, row),
      ],
      events: [],
    },
    deps,
  )
}
