import { type Ending, endThese } from './ending.ts'
import type { CoreDeps } from './ports.ts'
import type { Consent, Grant, Session } from './types.ts'

type EndingDeps = Pick<CoreDeps, 'sessions' | 'grants' | 'consents' | 'access' | 'users'>

/** Why Grants ended that a person took back. */
export const byThePerson = 'ended by the person'

/** Ends a session of this person with all that rests on it, also what stays connected without them. Tells whether there was any; of anybody else there is none. */
export const endDevice = ({ sub, sid }: Pick<Session, 'sub' | 'sid'>, deps: EndingDeps): Promise<boolean> =>
  endWhere(sub, (one) => one.sid === sid, deps)

/** The same of everything that does not rest on this session. */
export const endOtherDevices = ({ sub, sid }: Pick<Session, 'sub' | 'sid'>, deps: EndingDeps): Promise<boolean> =>
  endWhere(sub, (one) => one.sid !== sid, deps)

async function endWhere(sub: string, isMeant: (one: { sid: string }) => boolean, deps: EndingDeps): Promise<boolean> {
  const ending = await endingOf(sub, isMeant, deps)
  if (isNothing(ending)) return false
  await deps.access.end(ending, null)
  await endThese(ending, byThePerson, deps)
  return true
}

/**
 * Takes from an app all that it holds of this person, and what they agreed to. A Grant that is made meanwhile is among it, or the person was asked anew.
 * Tells whether there was any.
 */
export async function withdrawApp(app: Pick<Consent, 'sub' | 'client_id'>, deps: EndingDeps): Promise<boolean> {
  for (;;) {
    const consent = (await deps.consents.find(app.sub, app.client_id)) ?? null // before the look at Grants: those made later count on it
    const ending = await endingOf(app.sub, ({ client_id }) => client_id === app.client_id, deps)
    if (isNothing(ending) && !consent) return false
    if (!(await deps.access.end(ending, consent))) continue
    await endThese(ending, byThePerson, deps)
    return true
  }
}

async function endingOf(
  sub: string,
  isMeant: (one: { sid: string; client_id: string | null }) => boolean,
  deps: EndingDeps,
): Promise<Ending> {
  const [sessions, grants] = await Promise.all([deps.sessions.standingOf(sub), deps.grants.standingOf(sub)])
  return {
    sub,
    sids: sessions.filter(isMeant).map(({ sid }: Session) => sid),
    grant_ids: grants.filter(isMeant).map(({ grant_id }: Grant) => grant_id),
  }
}

const isNothing = ({ sids, grant_ids }: Ending) => sids.length + grant_ids.length === 0
