import type { AuthorizationRequest } from './authorization-request.ts'
import { claimsBeyond } from './claims-request.ts'
import { scopesOf } from './scope.ts'
import type { Consent } from './types.ts'

/** What a person agrees to, with what was agreed before. */
export function agreement(
  sub: string,
  { client, scope, claims }: Pick<AuthorizationRequest, 'client' | 'scope' | 'claims'>,
  before: Consent | undefined,
  now: number,
): Consent {
  const { client_id } = client
  return {
    id: `${sub} ${client_id}`,
    sub,
    client_id,
    scope: joined(before?.scope, scopesOf(scope)),
    claims: joined(before?.claims, claimsBeyond(scope, claims)),
    createdAt: before ? (before.createdAt ?? before.updatedAt) : now,
    updatedAt: now,
  }
}

const joined = (before: string | undefined, added: string[]) => [...new Set([...scopesOf(before ?? ''), ...added])].join(' ')
