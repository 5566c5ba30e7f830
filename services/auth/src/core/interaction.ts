import { randomUUID } from 'node:crypto'
import { type AuthorizationRequest, authorizationParameters } from './authorization-request.ts'
import { claimsBeyond } from './claims-request.ts'
import type { CoreDeps } from './ports.ts'
import { scopesOf } from './scope.ts'
import { sha256 } from './secrets.ts'
import type { Consent, Interaction } from './types.ts'

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
    updatedAt: now,
  }
}

const joined = (before: string | undefined, added: string[]) => [...new Set([...scopesOf(before ?? ''), ...added])].join(' ')

/** How long an interaction is remembered past its end, so that it can restart itself, in milliseconds. */
const remembered = 24 * 3600 * 1000

/** Begins to wait for the person, bound to the browser that asked; without one, to the first that comes for it. */
export function newInteraction(
  { params, browser }: { params: Interaction['params']; browser: string | null },
  { clock, config }: Pick<CoreDeps, 'clock' | 'config'>,
): Interaction {
  const createdAt = clock.now()
  const expiresAt = createdAt + config.interactionTtl * 1000
  const kept = params.filter(([name]) => authorizationParameters.includes(name))
  return {
    id: randomUUID(),
    browser: browser === null ? null : sha256(browser),
    params: kept,
    sid: null,
    signedIn: false,
    finishedAt: null,
    createdAt,
    expiresAt,
    purgeAt: expiresAt + remembered,
  }
}
