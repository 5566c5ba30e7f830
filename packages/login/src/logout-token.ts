import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import type { LoginDeps } from './deps.ts'

/** Whose session ended. */
export interface LogoutToken {
  sub?: string
  sid?: string
  jti: string
}

/** A logout token that is none, with what is wrong with it. */
export class InvalidLogoutToken extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'InvalidLogoutToken'
  }
}

type VerifierDeps = Pick<LoginDeps, 'provider' | 'options' | 'now'>

const event = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * Makes a check of logout tokens: signed by the login, meant for this module, of today, and no other kind of token (Back-Channel Logout section 2.6).
 * @throws InvalidLogoutToken from the check.
 */
export function createLogoutTokenCheck({ provider, options, now }: VerifierDeps): (token: string) => Promise<LogoutToken> {
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined
  return async (token) => {
    const { issuer, jwks_uri = '', id_token_signing_alg_values_supported } = await provider.metadata()
    keys ??= createRemoteJWKSet(new URL(jwks_uri))
    const algorithms = (id_token_signing_alg_values_supported ?? ['RS256']).filter(
      (alg) => alg !== 'none' && !alg.startsWith('HS'),
    )
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience: options.clientId,
      algorithms,
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
      maxTokenAge: '1 day',
      clockTolerance: 30,
      currentDate: new Date(now()),
    }).catch(explain)
    const { typ = 'logout+jwt' } = protectedHeader
    if (typ.toLowerCase().replace(/^application\//, '') !== 'logout+jwt')
      throw new InvalidLogoutToken(`typ is ${typ}, not logout+jwt`)
    return readClaims(payload)
  }
}

function readClaims(payload: JWTPayload): LogoutToken {
  const { sub, sid, jti, nonce, events } = payload
  if (nonce !== undefined) throw new InvalidLogoutToken('a logout token has no nonce')
  if (!isObject(events) || !isObject(events[event])) throw new InvalidLogoutToken(`events does not have ${event}`)
  if (typeof jti !== 'string') throw new InvalidLogoutToken('jti is no string')
  const named = { ...(typeof sub === 'string' && { sub }), ...(typeof sid === 'string' && { sid }) }
  if (Object.keys(named).length === 0) throw new InvalidLogoutToken('neither sub nor sid is there')
  return { ...named, jti }
}

/** What is wrong with a token, apart from a login that can't be reached for its keys. */
function explain(error: unknown): never {
  const isFault = error instanceof errors.JOSEError && !unreachable.has(error.code)
  throw isFault ? new InvalidLogoutToken(error.message) : error
}

const unreachable = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'])

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
