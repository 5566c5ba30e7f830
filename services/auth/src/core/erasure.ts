import { type BackchannelDeps, noteLogout } from './backchannel-logout.ts'
import { endEverythingOf } from './ending.ts'
import type { Stores } from './ports.ts'

type ErasureDeps = Pick<Stores, 'sessions' | 'grants' | 'users' | 'erasure'> & { backchannel: BackchannelDeps }

/**
 * Ends and erases what is kept of a person whose account is deleted: where it stops, it can begin again. Which apps must be told is noted first, as
 * only Grants say it.
 */
export async function erasePerson(sub: string, { backchannel, ...deps }: ErasureDeps): Promise<void> {
  for (const { sid } of await deps.sessions.standingOf(sub)) await noteLogout(sid, backchannel)
  await endEverythingOf(sub, deps, 'account deleted')
  await deps.erasure.erase(sub)
}
