import { type AccessTokenClaims, isFor, verifyAccessToken } from './access-token.ts'
import { standingClient } from './client.ts'
import { standingGrant } from './grant.ts'
import { registeredScope } from './scope.ts'
import { sha256 } from './secrets.ts'
import type { IssuanceDeps } from './token-issuance.ts'
import type { Client } from './types.ts'

/** What is told of a token that is not active, or not the asker's business (RFC 7662 section 2.2). */
const inactive = { active: false }

/**
 * The state of a token, for its own client and for the APIs it is meant for (RFC 7662 section 2.2, section 4).
 * Which kind it is shows: `token_type_hint` is not needed.
 */
export async function introspect(
  { token, client }: { token: string; client: Client },
  deps: IssuanceDeps,
): Promise<Record<string, unknown>> {
  if (!token.includes('.')) return introspectRefreshToken(token, client, deps)
  const claims = await verifyAccessToken(token, deps)
  if (!claims || !(await concerns(client, claims, deps)) || !(await stands(claims, deps))) return inactive
  return { active: true, token_type: 'Bearer', ...claims }
}

/** Its own token, or one for an API that lets it introspect. */
async function concerns({ client_id }: Client, claims: AccessTokenClaims, { apis }: IssuanceDeps): Promise<boolean> {
  if (claims.client_id === client_id) return true
  return (await apis.all()).some((api) => api.client_ids.includes(client_id) && isFor(claims, api.resource))
}

/** Whether what a token rests on still does: its client, and its Grant. */
async function stands({ client_id, grant_id, jti }: AccessTokenClaims, deps: IssuanceDeps): Promise<boolean> {
  if (!(await standingClient(client_id, deps))) return false
  if (grant_id === undefined) return !(await deps.revokedTokens.has(jti))
  return (await standingGrant(grant_id, deps)) !== undefined
}

/** No `token_type` and no `aud`: nobody shall take it for an access token. */
async function introspectRefreshToken(token: string, client: Client, deps: IssuanceDeps) {
  const { client_id } = client
  const found = await deps.refreshTokens.find({ hash: sha256(token), client_id })
  const grant = found?.usedAt === null ? await standingGrant(found.grant_id, deps) : undefined
  if (!found || !grant) return inactive
  const { grant_id, sid, auth_time } = grant
  const scope = registeredScope(grant.scope, client, await deps.apis.all())
  const sub = deps.subjectOf(client, grant.sub)
  const exp = Math.floor(found.expiresAt / 1000)
  return { active: true, iss: deps.config.issuer, client_id, scope, sub, exp, grant_id, sid, auth_time }
}
