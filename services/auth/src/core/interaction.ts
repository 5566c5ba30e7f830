import { randomUUID } from 'node:crypto'
import { type AuthorizationRequest, authorizationParameters } from './authorization-request.ts'
import { OAuthError } from './errors.ts'
import type { CoreDeps } from './ports.ts'
import { includesScope, scopesOf } from './scope.ts'
import { sha256 } from './secrets.ts'
import type { Client, Consent, Interaction, Session } from './types.ts'

/** What an authorization request waits for: a page to show, or nothing. */
export type NextStep =
  | { step: 'sign-in' }
  | { step: 'consent'; session: Session }
  | { step: 'done'; session: Session; consent: Consent | null }

/** Facts about the person in front of the browser. `since`: when this interaction began, in milliseconds; undefined for a new request. */
export interface Situation {
  session: Session | undefined
  since: number | undefined
}

/** Decides what comes next (OpenID Connect Core section 3.1.2.3 and 3.1.2.4). @throws OAuthError when `prompt=none` forbids the page. */
export async function nextStep(
  request: AuthorizationRequest,
  { session, since }: Situation,
  deps: Pick<CoreDeps, 'consents' | 'clock'>,
): Promise<NextStep> {
  const silent = request.prompt.includes('none')
  if (!session || mustSignInAgain(request, session, since, deps.clock.now())) {
    if (silent) throw new OAuthError('login_required', 'the person must sign in')
    return { step: 'sign-in' }
  }
  if (request.client.first_party && !request.prompt.includes('consent')) return { step: 'done', session, consent: null }
  const remembered = await deps.consents.find(session.sub, request.client.client_id)
  if (remembered && includesScope(remembered.scope, request.scope) && !request.prompt.includes('consent'))
    return { step: 'done', session, consent: null }
  if (silent) throw new OAuthError('consent_required', 'the person must agree')
  return { step: 'consent', session }
}

/** `prompt=login` and `max_age` want a sign-in newer than the session's (OpenID Connect Core section 3.1.2.1). */
function mustSignInAgain(
  { prompt, max_age }: AuthorizationRequest,
  { authenticatedAt }: Session,
  since: number | undefined,
  now: number,
): boolean {
  const signedInHere = since !== undefined && authenticatedAt > since
  if (signedInHere) return false
  return prompt.includes('login') || (max_age !== undefined && now > authenticatedAt + max_age * 1000)
}

/** What a person agrees to, with what was agreed before. */
export function agreement(sub: string, client: Client, scope: string, before: Consent | undefined, now: number): Consent {
  const { client_id } = client
  const scopes = new Set([...scopesOf(before?.scope ?? ''), ...scopesOf(scope)])
  return { id: `${sub} ${client_id}`, sub, client_id, scope: [...scopes].join(' '), updatedAt: now }
}

/** How long an interaction is remembered past its end, so that it can restart itself, in milliseconds. */
const remembered = 24 * 3600 * 1000

/** Begins to wait for the person, bound to the browser that asked. */
export function newInteraction(
  { params, browser }: { params: Interaction['params']; browser: string },
  { clock, config }: Pick<CoreDeps, 'clock' | 'config'>,
): Interaction {
  const createdAt = clock.now()
  const expiresAt = createdAt + config.interactionTtl * 1000
  const kept = params.filter(([name]) => authorizationParameters.includes(name))
  return {
    id: randomUUID(),
    browser: sha256(browser),
    params: kept,
    finishedAt: null,
    createdAt,
    expiresAt,
    purgeAt: expiresAt + remembered,
  }
}
