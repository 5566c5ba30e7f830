import { issueAccessToken } from './access-token.ts'
import { issueIdToken } from './id-token.ts'
import type { Keys } from './keys.ts'
import type { CoreDeps } from './ports.ts'
import type { Target } from './resource.ts'
import { includesScope } from './scope.ts'
import type { Client, Grant } from './types.ts'

/** The answer of the token endpoint (RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3). */
export interface TokenResponse {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  scope: string
  refresh_token?: string
  id_token?: string
}

export type IssuanceDeps = CoreDeps & { signing: Keys }

export interface Issuance {
  client: Client
  grant: Grant
  /** For whom the access token is, and what it may do. */
  target: Target
  nonce: string | null
  refresh_token: string | undefined
}

/** Issues what a Grant gives: an access token, an ID token with `openid` (no dialect has one), and the refresh token that was made before. */
export async function issueTokens(
  { client, grant, target, nonce, refresh_token }: Issuance,
  deps: IssuanceDeps,
): Promise<TokenResponse> {
  const { access_token, expires_in } = await issueGrantedAccessToken({ client, grant, target }, deps)
  const response: TokenResponse = { access_token, token_type: 'Bearer', expires_in, scope: target.scope }
  if (refresh_token !== undefined) response.refresh_token = refresh_token
  if (includesScope(target.scope, 'openid') && !client.dialect)
    response.id_token = await issueIdToken({ client, grant, nonce, access_token }, deps)
  return response
}

/** APIs know people by the account's own subject; the app itself shall not read it where only userinfo will. */
export function issueGrantedAccessToken(
  { client, grant, target }: Pick<Issuance, 'client' | 'grant' | 'target'>,
  deps: IssuanceDeps,
): Promise<{ access_token: string; expires_in: number }> {
  const sub = target.apis.length > 0 ? grant.sub : deps.subjectOf(client, grant.sub)
  return issueAccessToken({ ...grant, sub }, { client, target }, deps)
}

/** Whether a client is given refresh tokens (RFC 7591 section 2, `grant_types`). */
export const mayRefresh = (client: Client): boolean => client.grant_types.includes('refresh_token')

/** When everything that an authorization can give will have ended, in milliseconds. */
export function endOfGrant(client: Client, { clock, config }: Pick<CoreDeps, 'clock' | 'config'>): number {
  const access = Math.max(config.accessTokenTtl, longestAccessToken)
  return clock.now() + (access + (mayRefresh(client) ? config.refreshTokenTtl : 0)) * 1000
}

/** No API may ask for access tokens that live longer, in seconds. */
export const longestAccessToken = 86_400
