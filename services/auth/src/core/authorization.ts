import type { AuthorizationRequest } from './authorization-request.ts'
import { type AuthorizationResponse, responseTo } from './authorization-response.ts'
import { lifetimesFor } from './dialect.ts'
import { newGrant } from './grant.ts'
import { targetOf } from './resource.ts'
import { newSecret, sha256 } from './secrets.ts'
import { usedNow } from './session.ts'
import { endOfGrant, type IssuanceDeps, issueGrantedAccessToken } from './token-issuance.ts'
import type { AuthorizationCode, Consent, Grant, Interaction, Session } from './types.ts'

export interface Authorization {
  request: AuthorizationRequest
  session: Session
  /** What the person agreed to just now. */
  consent: Consent | null
  /** The interaction that this ends. */
  interaction: Interaction | undefined
}

/**
 * Grants what was asked for and gives the answer that takes a code, or the access token of the implicit grant, to the client (RFC 6749 section 4.1.2,
 * 4.2.2). Nothing when session, account or interaction ended, or the consent was withdrawn meanwhile.
 */
export async function authorize(
  { request, session, consent, interaction }: Authorization,
  deps: IssuanceDeps,
): Promise<AuthorizationResponse | undefined> {
  const { clock, config } = deps
  const { client, scope, resource, claims } = request
  const untilPurged = 2 * lifetimesFor(client, config).code * 1000
  const givesCode = request.response_type === 'code'
  const purgeAt = givesCode ? clock.now() + untilPurged : endOfGrant(client, deps) // redeeming the code keeps both for longer
  const grant = newGrant({ client, session, scope, resource, claims, purgeAt }, deps)
  const code = newSecret()
  const done = await deps.grants.authorize({
    grant,
    code: givesCode ? codeRecord(code, grant, request, deps) : null,
    use: usedNow(session, endOfGrant(client, deps) + untilPurged, deps),
    consent,
    remembered: consent === null && !client.first_party,
    interaction: interaction?.id ?? null,
  })
  if (!done) return undefined
  return responseTo(request, givesCode ? { code } : await accessTokenOf(grant, request, deps), config.issuer)
}

function codeRecord(
  code: string,
  { grant_id, purgeAt }: Grant,
  { client, sent_redirect_uri, code_challenge, nonce }: AuthorizationRequest,
  { clock, config }: IssuanceDeps,
): AuthorizationCode {
  return {
    hash: sha256(code),
    grant_id,
    client_id: client.client_id,
    redirect_uri: sent_redirect_uri,
    code_challenge,
    nonce,
    uses: 0,
    expiresAt: clock.now() + lifetimesFor(client, config).code * 1000,
    purgeAt,
  }
}

/** What the implicit grant gives: no refresh token, which only a client that proves who it is could use (RFC 6749 section 4.2.2). */
async function accessTokenOf(
  grant: Grant,
  { client, scope, resource }: AuthorizationRequest,
  deps: IssuanceDeps,
): Promise<Record<string, string>> {
  const target = targetOf({ scope, resource }, await deps.apis.all(), deps.config.issuer)
  const { access_token, expires_in } = await issueGrantedAccessToken({ client, grant, target }, deps)
  return { access_token, token_type: 'Bearer', expires_in: String(expires_in), scope: target.scope }
}
