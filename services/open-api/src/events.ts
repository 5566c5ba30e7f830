import type { Clock } from '@menshen/shared/clock'
import type { EventBus } from '@menshen/shared/events'
import { z } from 'zod'
import type { LearningRecordStore } from './stores/learning-records.ts'
import type { PersonStore } from './stores/people.ts'
import { isTimeZone } from './time-zone.ts'

const account = z.object({
  sub: z.string(),
  version: z.number(),
  claims: z.object({ zoneinfo: z.string().optional() }).optional(),
})

export interface EventDeps {
  people: PersonStore
  records: LearningRecordStore
  clock: Clock
}

/** Follows the accounts at auth: the time zones of people, and whom to forget. */
export async function followAccounts(bus: EventBus, { people, records, clock }: EventDeps): Promise<void> {
  for (const type of ['user.created', 'user.updated'])
    await bus.subscribe(type, async ({ data }) => {
      const { sub, version, claims } = account.parse(data)
      const zoneinfo = claims?.zoneinfo
      await people.keep({
        sub,
        version,
        zoneinfo: zoneinfo !== undefined && isTimeZone(zoneinfo) ? zoneinfo : null,
        deletedAt: null,
      })
    })

  await bus.subscribe('user.deleted', async ({ data }) => {
    const { sub, version } = account.parse(data)
    await people.keep({ sub, version, zoneinfo: null, deletedAt: clock.now() })
    await records.removePerson(sub)
  })
}
