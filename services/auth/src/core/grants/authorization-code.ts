import { codeFilter, takeCode } from '../authorization-code.ts'
import { entitlement, refuseTooMuch } from '../entitlement.ts'
import { OAuthError } from '../errors.ts'
import { keepGrant } from '../grant.ts'
import { isVerifier } from '../pkce.ts'
import { issueRefreshToken } from '../refresh-token.ts'
import { endOfGrant, issueTokens, mayRefresh } from '../token-issuance.ts'
import type { GrantHandler } from './grant-handler.ts'

/** Redeems an authorization code, once (RFC 6749 section 4.1.3, RFC 7636 section 4.6). */
export const authorizationCode: GrantHandler = {
  type: 'authorization_code',
  parameters: ['code', 'redirect_uri', 'code_verifier', 'resource'],
  source: 'RFC 6749 section 4.1.3',

  async handle({ client, params }, deps) {
    const { client_id } = client
    const code_verifier = params.get('code_verifier')
    if (code_verifier !== undefined && !isVerifier(code_verifier)) {
      throw new OAuthError('invalid_request', 'code_verifier must be 43 to 128 unreserved characters')
    }
    const asking = { client, params, scope: false }
    const by = codeFilter({ code: params.required('code'), client_id, redirect_uri: params.get('redirect_uri'), code_verifier })
    await refuseTooMuch(asking, () => deps.codes.find(by), deps)

    const keepUntil = endOfGrant(client, deps)
    const { grant_id, nonce } = await takeCode(by, keepUntil, deps)
    const grant = await keepGrant(grant_id, keepUntil, deps)
    const target = await entitlement(asking, grant, deps)
    const refresh_token = mayRefresh(client) ? await issueRefreshToken({ grant_id, client_id }, deps) : undefined
    return issueTokens({ client, grant, target, nonce, refresh_token }, deps)
  },
}
