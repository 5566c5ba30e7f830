import { randomUUID } from 'node:crypto'
import { OAuthError } from '../errors.ts'
import { newGrant, standingGrant } from '../grant.ts'
import { checkPassword } from '../password.ts'
import { issueRefreshToken } from '../refresh-token.ts'
import { requireResources, targetOf } from '../resource.ts'
import { grantableScope } from '../scope.ts'
import { sha256 } from '../secrets.ts'
import { newSession } from '../session.ts'
import { endOfGrant, type IssuanceDeps, issueTokens, mayRefresh } from '../token-issuance.ts'
import type { Client, Grant } from '../types.ts'
import type { GrantHandler } from './grant-handler.ts'

/** Name and password typed into one of our own apps (RFC 6749 section 4.3); others are refused, whatever they registered. */
export const password: GrantHandler = {
  type: 'password',
  parameters: ['username', 'password', 'scope', 'resource', 'refresh_token'],
  source: 'RFC 6749 section 4.3',

  async handle({ client, params, caller }, deps) {
    if (!client.first_party) throw new OAuthError('unauthorized_client', 'the password grant is for first-party clients')
    const apis = await deps.apis.all()
    const scope = grantableScope(params.get('scope'), client, apis)
    const resource = requireResources(params.all('resource'), apis)
    const target = targetOf({ scope, resource }, apis, deps.config.issuer)

    const [username, typed] = [params.required('username'), params.required('password')]
    const earlier = await earlierSignIn(params.get('refresh_token'), client, deps)
    const deviceOf = (sub: string) => (earlier?.sub === sub ? earlier.grant_id : undefined)
    const sub = await checkPassword({ username, password: typed, caller, deviceOf }, deps)
    if (sub === undefined) throw wrongPassword()
    const purgeAt = endOfGrant(client, deps)
    const session = newSession(
      { sid: randomUUID(), sub, browser: null, remembered: false, client_id: client.client_id, endsAt: purgeAt, purgeAt, caller },
      deps,
    )
    const grant = newGrant({ client, session, scope, resource, claims: null, purgeAt }, deps)
    if (!(await deps.grants.begin({ grant, session }))) throw wrongPassword()

    const refresh_token = mayRefresh(client) ? await issueRefreshToken(grant, deps) : undefined
    return issueTokens({ client, grant, target, nonce: null, refresh_token }, deps)
  },
}

/** The device is known by the refresh token that this app still holds from an earlier sign-in there; it is not used up. */
async function earlierSignIn(token: string | undefined, { client_id }: Client, deps: IssuanceDeps): Promise<Grant | undefined> {
  if (token === undefined) return undefined
  const known = await deps.refreshTokens.find({ hash: sha256(token), client_id })
  return known && standingGrant(known.grant_id, deps)
}

const wrongPassword = () => new OAuthError('invalid_grant', 'the user name or the password is wrong')
