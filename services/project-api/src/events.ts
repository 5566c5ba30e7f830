import { type WorkDeps, workOn } from '@menshen/shared/events/work'
import type { Depart } from './stores/departure.ts'

/** Follows the accounts at auth: whoever is deleted there takes part in nothing here. What that person wrote stays, under a `sub` that says no more who it was. */
export const followAccounts = ({ depart, ...deps }: Omit<WorkDeps, 'service'> & { depart: Depart }): Promise<void> =>
  workOn(
    { ...deps, service: 'project-api' },
    {
      async 'user.deleted'({ data }, remember) {
        await depart(data.sub, deps.clock.now())
        await deps.database.transaction([remember])
      },
    },
  )
