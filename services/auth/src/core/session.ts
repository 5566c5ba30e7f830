import type { Caller } from './grants/grant-handler.ts'
import type { CoreConfig, CoreDeps } from './ports.ts'
import type { Session, SessionUse } from './types.ts'

/** How long a session signs on: unused, and in all; in milliseconds. */
export const sessionLifetime = (remembered: boolean, config: CoreConfig): { idle: number; total: number } =>
  remembered
    ? { idle: config.rememberedSessionIdleTtl * 1000, total: config.rememberedSessionTtl * 1000 }
    : { idle: config.sessionIdleTtl * 1000, total: config.sessionTtl * 1000 }

/** Until when a session signs on that is used now: never past its end. */
function idleUntil(
  { remembered, endsAt }: { remembered: boolean; endsAt: number },
  { clock, config }: Pick<CoreDeps, 'clock' | 'config'>,
): number {
  return Math.min(clock.now() + sessionLifetime(remembered, config).idle, endsAt)
}

/** What its use leaves in a session. `keepUntil`: when what comes of it will have ended. */
export function usedNow(
  { remembered = false, purgeAt, endsAt = purgeAt }: Session,
  keepUntil: number,
  deps: Pick<CoreDeps, 'clock' | 'config'>,
): SessionUse {
  return {
    lastSeenAt: deps.clock.now(),
    idleUntil: idleUntil({ remembered, endsAt }, deps),
    endsAt,
    purgeAt: Math.max(purgeAt, keepUntil),
  }
}

interface NewSession extends Pick<Session, 'sid' | 'sub' | 'browser' | 'client_id' | 'purgeAt'> {
  remembered: boolean
  endsAt: number
  caller: Pick<Caller, 'address' | 'userAgent'>
}

/** A session that a password began just now; it signs on for a while when it has a browser, and never without. */
export function newSession({ caller, ...beginning }: NewSession, deps: Pick<CoreDeps, 'clock' | 'config'>): Session {
  const now = deps.clock.now()
  return {
    ...beginning,
    address: caller.address,
    userAgent: caller.userAgent,
    authenticatedAt: now,
    amr: ['pwd'],
    endedAt: null,
    createdAt: now,
    lastSeenAt: now,
    idleUntil: idleUntil(beginning, deps),
  }
}
