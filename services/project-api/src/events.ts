import type { EventBus } from '@menshen/shared/events'
import { z } from 'zod'
import type { ProjectApiDeps } from './deps.ts'

const deleted = z.object({ sub: z.string().min(1) })

/** Follows the accounts at auth: whoever is deleted there takes part in nothing here. What that person wrote stays, under a `sub` that says no more who it was. */
export async function followAccounts({
  bus,
  depart,
  clock,
}: Pick<ProjectApiDeps, 'depart' | 'clock'> & { bus: EventBus }): Promise<void> {
  await bus.subscribe('user.deleted', ({ data }) => depart(deleted.parse(data).sub, clock.now()))
}
