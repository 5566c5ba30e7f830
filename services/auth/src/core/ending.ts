import type { GrantStore, SessionStore, Stores, UserStore } from './ports.ts'

interface EndingDeps {
  sessions: SessionStore
  grants: GrantStore
  users: UserStore
}

/**
 * Ends all that rests on an account that is disabled or deleted: where it stops, it can begin again. What there is is listed before the account is looked at: while
 * it is disabled nothing is added, and what came after it was enabled again is not in the list.
 */
export async function endEverythingOf(sub: string, deps: EndingDeps, reason = 'account disabled'): Promise<void> {
  const [sessions, grants] = await Promise.all([deps.sessions.standingOf(sub), deps.grants.standingOf(sub)])
  if ((await deps.users.find(sub))?.disabledAt === null) return
  const grant_ids = grants.map(({ grant_id }) => grant_id)
  await endThese({ sub, sids: sessions.map(({ sid }) => sid), grant_ids }, reason, deps)
}

/** What of an account is to end. */
export interface Ending {
  sub: string
  sids: readonly string[]
  grant_ids: readonly string[]
}

/** Ends these sessions and Grants of an account, one by one, with all that rests on the sessions. */
export async function endThese(
  { sub, sids, grant_ids }: Ending,
  reason: string,
  { sessions, grants }: Pick<EndingDeps, 'sessions' | 'grants'>,
): Promise<void> {
  for (const grant_id of grant_ids) await grants.revoke(grant_id, reason)
  for (const sid of sids) await sessions.end({ sid, sub }, { endsOffline: true })
}

/** Ends what a client was given that is no more: another one of its name inherits nothing. */
export async function endClient(client_id: string, { grants, consents }: Pick<Stores, 'grants' | 'consents'>): Promise<void> {
  for (const { grant_id } of await grants.standingOfClient(client_id)) await grants.revoke(grant_id, 'client deleted')
  await consents.removeOfClient(client_id)
}
