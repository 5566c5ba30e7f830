import type { AuthorizationRequest } from './authorization-request.ts'
import { type AuthorizationResponse, responseTo } from './authorization-response.ts'
import { newGrant } from './grant.ts'
import type { CoreDeps } from './ports.ts'
import { newSecret, sha256 } from './secrets.ts'
import { usedNow } from './session.ts'
import { endOfGrant } from './token-issuance.ts'
import type { AuthorizationCode, Consent, Interaction, Session } from './types.ts'

export interface Authorization {
  request: AuthorizationRequest
  session: Session
  /** What the person agreed to just now. */
  consent: Consent | null
  /** The interaction that this ends. */
  interaction: Interaction | undefined
}

/**
 * Grants what was asked for and gives the answer that takes the code to the client (RFC 6749 section 4.1.2).
 * Nothing when session, account or interaction ended, or the consent was withdrawn meanwhile.
 */
export async function authorize(
  { request, session, consent, interaction }: Authorization,
  deps: CoreDeps,
): Promise<AuthorizationResponse | undefined> {
  const { clock, config } = deps
  const now = clock.now()
  const untilPurged = 2 * config.codeTtl * 1000
  const purgeAt = now + untilPurged // redeeming the code keeps both for longer
  const { client, scope, resource, claims } = request
  const grant = newGrant({ client, session, scope, resource, claims, purgeAt }, deps)
  const code = newSecret()
  const record: AuthorizationCode = {
    hash: sha256(code),
    grant_id: grant.grant_id,
    client_id: client.client_id,
    redirect_uri: request.sent_redirect_uri,
    code_challenge: request.code_challenge,
    nonce: request.nonce,
    uses: 0,
    expiresAt: now + config.codeTtl * 1000,
    purgeAt,
  }
  const done = await deps.grants.authorize({
    grant,
    code: record,
    use: usedNow(session, endOfGrant(client, deps) + untilPurged, deps),
    consent,
    remembered: consent === null && !client.first_party,
    interaction: interaction?.id ?? null,
  })
  return done ? responseTo(request, { code }, config.issuer) : undefined
}
