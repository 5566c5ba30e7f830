import { type Database, updateIn } from '@menshen/shared/storage'
import type { Session } from '../core/types.ts'
import { sessions } from '../stores/sessions.ts'
import { type CommitDeps, commitChange, untilDone } from './commit-change.ts'
import { findUser } from './find-user.ts'
import { type AdminPage, type PageAsked, readPage } from './page.ts'
import { NotFound } from './refusal.ts'

/** A session as an administrator sees it: nothing of its cookie. */
export type ShownSession = Omit<Session, 'browser'>

const shownSession = ({ browser: _, ...session }: Session): ShownSession => session

/** The sessions of a person that have not ended, the newest first. @throws NotFound. */
export async function listSessions(
  { user, ...asked }: PageAsked & { user: string },
  deps: { database: Database },
): Promise<AdminPage<ShownSession>> {
  const { sub } = await findUser(user, deps)
  const order = { filter: { sub, endedAt: null }, by: 'createdAt', descending: true } as const
  const { items, next } = await readPage(sessions, order, asked, deps)
  return { items: items.map(shownSession), next }
}

/** Signs a session out; what rests on it ends with the event. One that ended before stays as it is. @throws NotFound. */
export const endSession = (sid: string, deps: CommitDeps & { database: Database }): Promise<ShownSession> =>
  untilDone(async () => {
    const session = await deps.database.collection(sessions).find({ sid })
    if (!session) throw new NotFound(`there is no session ${sid}`)
    if (session.endedAt !== null) return shownSession(session)
    const endedAt = deps.clock.now()
    const { sub } = session
    const done = await commitChange(
      {
        action: 'session.ended',
        subject: sid,
        before: { sub, endedAt: null },
        after: { sub, endedAt },
        operations: [updateIn(sessions, { sid, endedAt: null }, { set: { endedAt } })],
        events: [{ type: 'session.ended', subject: sid, data: { sid, sub } }],
      },
      deps,
    )
    return done ? shownSession({ ...session, endedAt }) : undefined
  })
