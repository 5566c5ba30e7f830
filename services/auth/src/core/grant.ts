import { randomUUID } from 'node:crypto'
import { OAuthError } from './errors.ts'
import type { CoreDeps, GrantStore } from './ports.ts'
import type { Client, Grant, RequestedClaims, Session } from './types.ts'

/** The Grant, while it stands: whatever issues or tells something of a token asks here first. */
export async function requireGrant(grant_id: string, { grants }: { grants: GrantStore }): Promise<Grant> {
  const grant = await standingGrant(grant_id, { grants })
  if (!grant) throw withdrawn(grant_id)
  return grant
}

/** The same for who has other words when it doesn't. */
export async function standingGrant(grant_id: string, { grants }: { grants: GrantStore }): Promise<Grant | undefined> {
  const grant = await grants.find(grant_id)
  return grant?.revokedAt === null ? grant : undefined
}

/** The same when a code is redeemed: what it gives lives longer than the code, and so must the Grant. */
export async function keepGrant(grant_id: string, keepUntil: number, { grants }: { grants: GrantStore }): Promise<Grant> {
  const grant = await grants.keep(grant_id, keepUntil)
  if (!grant) throw withdrawn(grant_id)
  return grant
}

/** Notes that a Grant was used, once an hour at most: that is as exact as people are told. */
export async function noteUse(grant: Grant, { grants, clock }: Pick<CoreDeps, 'grants' | 'clock'>): Promise<void> {
  const now = clock.now()
  if (now - (grant.lastUsedAt ?? grant.createdAt) >= anHour) await grants.touch(grant.grant_id, now)
}

const anHour = 3_600_000

const withdrawn = (grant_id: string) =>
  new OAuthError('invalid_grant', 'the authorization was withdrawn', { detail: { grant_id } })

export interface NewGrant {
  client: Client
  session: Session
  scope: string
  resource: string[]
  claims: RequestedClaims | null
  /** When all it can give will have ended, in milliseconds. */
  purgeAt: number
}

/** A Grant that rests on a session; it is stored in the transaction that proves the session and the account alive. */
export function newGrant(
  { client, session, scope, resource, claims, purgeAt }: NewGrant,
  { clock }: Pick<CoreDeps, 'clock'>,
): Grant {
  return {
    grant_id: randomUUID(),
    client_id: client.client_id,
    sub: session.sub,
    sid: session.sid,
    scope,
    resource,
    auth_time: Math.floor(session.authenticatedAt / 1000),
    amr: session.amr,
    claims,
    createdAt: clock.now(),
    revokedAt: null,
    revokedFor: null,
    purgeAt,
  }
}
