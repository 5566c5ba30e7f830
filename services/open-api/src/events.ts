import { type WorkDeps, workOn } from '@menshen/shared/events/work'
import { z } from 'zod'
import type { LearningRecordStore } from './stores/learning-records.ts'
import type { Person, PersonStore } from './stores/people.ts'
import { isTimeZone } from './time-zone.ts'

const zone = z.object({ zoneinfo: z.string() })

export interface FollowDeps extends Omit<WorkDeps, 'service'> {
  people: PersonStore
  records: LearningRecordStore
}

/** Follows the accounts at auth: the time zones of people, and whom to forget. */
export const followAccounts = ({ people, records, ...deps }: FollowDeps): Promise<void> =>
  workOn(
    { ...deps, service: 'open-api' },
    {
      'user.created': ({ data }, remember) => people.keep(personOf(data), remember),
      'user.updated': ({ data }, remember) => people.keep(personOf(data), remember),
      async 'user.deleted'({ data: { sub, version } }, remember) {
        await people.keep({ sub, version, zoneinfo: null, deletedAt: deps.clock.now() }) // first, or a token of theirs writes behind it
        await records.removePerson(sub, remember)
      },
    },
  )

function personOf({ sub, version, claims }: { sub: string; version: number; claims: object }): Person {
  const { zoneinfo } = zone.safeParse(claims).data ?? {}
  return { sub, version, zoneinfo: zoneinfo !== undefined && isTimeZone(zoneinfo) ? zoneinfo : null, deletedAt: null }
}
