import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, type JWTPayload } from 'jose'
import { openSecrets } from '../client-secrets.ts'
import { OAuthError } from '../errors.ts'
import { printable } from '../params.ts'
import type { Client } from '../types.ts'
import type { AuthenticationDeps, ClientAuthenticationMethod, Presentation } from './index.ts'
import { type FindKey, verifyAssertion } from './verify-assertion.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A request object or a DPoP proof is signed by the client, too, and is none (RFC 8725 section 3.11). */
const types = [undefined, 'jwt', 'client-authentication+jwt']

/** HMAC with a secret that is as long as the hash at least (RFC 7518 section 3.2), in bytes. */
export const shortestSecret: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 }

/** A JWT signed with a key whose public half the client registered (RFC 7523 section 3, OpenID Connect Core section 9). */
export const privateKeyJwt = assertionMethod({
  method: 'private_key_jwt',
  credential: 'jwks',
  algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
  keysOf({ jwks, jwks_uri }, _alg, { remoteKeys }) {
    if (jwks) return [keySetOf(jwks)]
    return jwks_uri ? [remoteKeys.of(jwks_uri)] : []
  },
})

/** A JWT signed with the client's secret (RFC 7523 section 3, OpenID Connect Core section 9). */
export const clientSecretJwt = assertionMethod({
  method: 'client_secret_jwt',
  credential: 'sealedSecrets',
  algorithms: Object.keys(shortestSecret),
  keysOf: (client, alg, { vault }) =>
    openSecrets(client, vault)
      .map((secret) => Buffer.from(secret))
      .filter(({ length }) => length >= (shortestSecret[alg] ?? Number.POSITIVE_INFINITY))
      .map((secret) => () => secret),
})

type AssertionMethod = Omit<ClientAuthenticationMethod, 'read'> & {
  algorithms: readonly string[]
  /** What may have signed it, of what the client registered: the header's `jwk`, `jku` and `x5u` are never looked at. */
  keysOf(client: Client, alg: string, deps: AuthenticationDeps): readonly FindKey[]
}

/** The `alg` tells which of the two it is, and each knows only keys of its kind: a public key is never an HMAC secret (RFC 8725 section 3.1). */
function assertionMethod({ keysOf, ...method }: AssertionMethod): ClientAuthenticationMethod {
  return {
    ...method,
    read({ params, endpoint }) {
      const assertion = readAssertion(params)
      if (!assertion || !method.algorithms.includes(assertion.alg)) return undefined
      const { alg, client_id } = assertion
      const prove = async (client: Client, deps: AuthenticationDeps) => {
        if ((client.token_endpoint_auth_signing_alg ?? alg) !== alg) return false
        return verifyAssertion({ ...assertion, endpoint, keys: keysOf(client, alg, deps) }, deps)
      }
      return { client_id, prove }
    },
  }
}

interface Assertion {
  token: string
  alg: string
  claims: JWTPayload
  client_id: string
}

/** The assertion of a request, unproven (RFC 7521 section 4.2). @throws OAuthError when it is none that could be proven here. */
function readAssertion(params: Presentation['params']): Assertion | undefined {
  if (params.get('client_assertion') === undefined && params.get('client_assertion_type') === undefined) return undefined
  const token = params.required('client_assertion')
  if (params.required('client_assertion_type') !== assertionType) throw refused(`client_assertion_type must be ${assertionType}`)
  const { alg, typ, claims } = decoded(token)
  if (!algorithms.includes(alg ?? '')) throw refused(`client_assertion has an alg that is not one of ${algorithms.join(', ')}`)
  if (!types.includes(typ === undefined ? typ : String(typ).toLowerCase()))
    throw refused(`client_assertion has the typ ${printable(String(typ))}: leave it out`)
  if (typeof claims.sub !== 'string') throw refused('client_assertion has no sub')
  return { token, alg: alg as string, claims, client_id: claims.sub }
}

const algorithms = [privateKeyJwt, clientSecretJwt].flatMap((method) => method.algorithms ?? [])

function decoded(token: string): { alg: string | undefined; typ: unknown; claims: JWTPayload } {
  try {
    const { alg, typ, crit } = decodeProtectedHeader(token)
    if (crit !== undefined)
      throw new Error('no extension is understood (RFC 7515 section 4.1.11), b64 is not for JWTs (RFC 7797 section 7)')
    return { alg, typ, claims: decodeJwt(token) }
  } catch (cause) {
    throw refused('client_assertion is no JWT', cause)
  }
}

const refused = (description: string, cause?: unknown) => new OAuthError('invalid_client', description, { cause })

/** Made once for a client's record: it keeps the keys imported. */
const keySets = new WeakMap<JSONWebKeySet, FindKey>()

function keySetOf(jwks: JSONWebKeySet): FindKey {
  const known = keySets.get(jwks) ?? createLocalJWKSet(jwks)
  keySets.set(jwks, known)
  return known
}
