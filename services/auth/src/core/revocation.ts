import type { Keys } from './keys.ts'
import type { CoreDeps } from './ports.ts'
import { sha256 } from './secrets.ts'
import type { Client } from './types.ts'

type RevocationDeps = Pick<CoreDeps, 'grants' | 'refreshTokens' | 'revokedTokens'> & { signing: Keys }

/**
 * Ends the Grant that a token of this client descends from; a token without one is revoked by its `jti` (RFC 7009 section 2.1).
 * A token that is unknown, or another client's, is left alone and nothing is told of it (section 2.2).
 */
export async function revokeToken({ token, client }: { token: string; client: Client }, deps: RevocationDeps): Promise<void> {
  if (token.includes('.')) return revokeAccessToken(token, client, deps)
  const found = await deps.refreshTokens.find({ hash: sha256(token), client_id: client.client_id })
  if (found) await deps.grants.revoke(found.grant_id, 'revoked by the client')
}

async function revokeAccessToken(token: string, { client_id }: Client, deps: RevocationDeps): Promise<void> {
  const verified = await deps.signing.verify(token)
  if (verified?.typ !== 'at+jwt' || verified.claims['client_id'] !== client_id) return
  const { grant_id, jti, exp } = verified.claims as { grant_id?: string; jti: string; exp: number }
  if (grant_id !== undefined) await deps.grants.revoke(grant_id, 'revoked by the client')
  else await deps.revokedTokens.add(jti, exp * 1000)
}
