import type { Keys } from './keys.ts'
import { issueLogoutToken } from './logout-token.ts'
import type { CoreDeps } from './ports.ts'
import type { Client, LogoutNotice } from './types.ts'

/** Milliseconds. */
const firstPause = 10_000
const longestPause = 3_600_000
const givenUpAfter = 86_400_000
const atOnce = 20

export interface BackchannelDeps
  extends Pick<CoreDeps, 'grants' | 'clients' | 'logoutNotices' | 'clock' | 'config' | 'subjectOf'> {
  signing: Pick<Keys, 'sign'>
  /** Sends a form; rejects unless it was taken. */
  postForm(address: string, form: Record<string, string>): Promise<void>
  /** Hears how each try ended. */
  heard(outcome: LogoutOutcome): void
}

/** How a client was told that a session ended. */
export interface LogoutOutcome {
  outcome: 'told' | 'failed' | 'given up'
  client_id: string
  sid: string
  /** Counts from 1. */
  tries: number
  error?: unknown
}

/** Notes which clients must be told that a session ended: those that it signed in to. Noted twice it is noted once (Back-Channel Logout section 2.5). */
export async function noteLogout(sid: string, { grants, clients, logoutNotices, clock }: BackchannelDeps): Promise<void> {
  const all = await grants.allOfSession(sid)
  const sub = all[0]?.sub
  if (sub === undefined) return
  const now = clock.now()
  for (const client_id of new Set(all.map((grant) => grant.client_id))) {
    if (addressOf(await clients.find(client_id)) === undefined) continue
    await logoutNotices.ensure({
      id: `${sid} ${client_id}`,
      sid,
      sub,
      client_id,
      tries: 0,
      nextAt: now,
      endsAt: now + givenUpAfter,
    })
  }
}

/** Tells those that are due; whom nobody could tell is told again later, for a day. Safe in several processes at once, and when one dies. */
export async function tellLogouts(deps: BackchannelDeps): Promise<void> {
  const due = await deps.logoutNotices.due(deps.clock.now(), atOnce)
  await Promise.all(due.map((notice) => tell(notice, deps)))
}

/** Whoever moves the time of the next try has this one. */
async function tell(notice: LogoutNotice, deps: BackchannelDeps): Promise<void> {
  const { id, client_id, sid } = notice
  const nextAt = deps.clock.now() + pauseAfter(notice.tries)
  const mine = await deps.logoutNotices.take(notice, nextAt)
  if (!mine) return
  const client = await deps.clients.find(client_id)
  const address = addressOf(client)
  if (!client || address === undefined) return deps.logoutNotices.remove(id)
  const about = { client_id, sid, tries: mine.tries }
  try {
    await deps.postForm(address, { logout_token: await issueLogoutToken({ client, ...mine }, deps) })
    await deps.logoutNotices.remove(id)
    deps.heard({ outcome: 'told', ...about })
  } catch (error) {
    const isLast = nextAt > mine.endsAt
    if (isLast) await deps.logoutNotices.remove(id)
    deps.heard({ outcome: isLast ? 'given up' : 'failed', ...about, error })
  }
}

/** Each twice the one before. */
const pauseAfter = (tries: number) => Math.min(firstPause * 2 ** tries, longestPause)

const addressOf = (client: Client | undefined) => client?.backchannel_logout_uri ?? undefined
