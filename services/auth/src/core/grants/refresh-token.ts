import { entitlement, refuseTooMuch } from '../entitlement.ts'
import { noteUse, requireGrant } from '../grant.ts'
import { rotateRefreshToken } from '../refresh-token.ts'
import { sha256 } from '../secrets.ts'
import { issueTokens } from '../token-issuance.ts'
import type { GrantHandler } from './grant-handler.ts'

/** Exchanges a refresh token for new tokens (RFC 6749 section 6, RFC 9700 section 4.14); asking for less narrows the access token only. */
export const refreshToken: GrantHandler = {
  type: 'refresh_token',
  parameters: ['refresh_token', 'scope', 'resource'],
  source: 'RFC 6749 section 6',

  async handle({ client, params }, deps) {
    const { client_id } = client
    const asking = { client, params, scope: true }
    const token = params.required('refresh_token')
    await refuseTooMuch(asking, () => deps.refreshTokens.find({ hash: sha256(token), client_id }), deps)

    const { refresh_token, grant_id } = await rotateRefreshToken({ token, client_id }, deps)
    const grant = await requireGrant(grant_id, deps)
    await noteUse(grant, deps)
    return issueTokens({ client, grant, target: await entitlement(asking, grant, deps), nonce: null, refresh_token }, deps)
  },
}
