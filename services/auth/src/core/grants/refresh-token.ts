import { OAuthError } from '../errors.ts'
import { requireGrant } from '../grant.ts'
import type { Params } from '../params.ts'
import { rotateRefreshToken } from '../refresh-token.ts'
import { narrowedResources } from '../resource.ts'
import { narrowedScope } from '../scope.ts'
import { sha256 } from '../secrets.ts'
import { type IssuanceDeps, issueTokens } from '../token-issuance.ts'
import type { Grant } from '../types.ts'
import type { GrantHandler } from './grant-handler.ts'

/** Exchanges a refresh token for new tokens (RFC 6749 section 6, RFC 9700 section 4.14). */
export const refreshToken: GrantHandler = {
  type: 'refresh_token',
  parameters: ['refresh_token', 'scope', 'resource'],
  source: 'RFC 6749 section 6',

  async handle({ client, params }, deps) {
    const { client_id } = client
    const token = params.required('refresh_token')
    if (asksForLess(params)) await refuseTooMuch({ token, client_id, params }, deps)

    const { refresh_token, grant_id } = await rotateRefreshToken({ token, client_id }, deps)
    const grant = await requireGrant(grant_id, deps)
    return issueTokens({ client, grant, ...(await asked(params, grant, deps)), nonce: null, refresh_token }, deps)
  },
}

/** Asking for less narrows the access token only: the refresh token keeps its scope. */
const asked = async (params: Params, grant: Grant, deps: IssuanceDeps) => ({
  scope: narrowedScope(params.get('scope'), grant.scope),
  resource: narrowedResources(params.all('resource'), grant.resource, await deps.apis.all()),
})

const asksForLess = (params: Params) => params.get('scope') !== undefined || params.all('resource').length > 0

/** A request that asks for too much must not use its token up, so it is looked at first. */
async function refuseTooMuch(
  { token, client_id, params }: { token: string; client_id: string; params: Params },
  deps: IssuanceDeps,
): Promise<void> {
  const found = await deps.refreshTokens.find({ hash: sha256(token), client_id })
  if (!found) throw new OAuthError('invalid_grant', 'the refresh token is unknown, expired or not yours')
  await asked(params, await requireGrant(found.grant_id, deps), deps)
}
