import { createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'

/** The members of a private or a symmetric key (RFC 7518 sections 6.2.2, 6.3.2 and 6.4). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** The kinds of keys that assertions may be signed with, and for what algorithms (RFC 7518 section 3.1, RFC 8037 section 3.1). */
const kinds: ReadonlyArray<{ kty: string; crv?: string; algorithms: readonly string[] }> = [
  { kty: 'EC', crv: 'P-256', algorithms: ['ES256'] },
  { kty: 'RSA', algorithms: ['RS256', 'PS256'] },
  { kty: 'OKP', crv: 'Ed25519', algorithms: ['EdDSA'] },
]

/** Why a client may not be known by this key, in words that follow its place; nothing when it may (RFC 7517 section 4, RFC 8725 section 3.5). */
export function jwkFault(jwk: JWK): string | undefined {
  if (secretMembers.some((member) => member in jwk))
    return 'must be a public key: this one holds a secret, which is known to too many now'
  const kind = kinds.find(({ kty, crv }) => kty === jwk.kty && (crv === undefined || crv === jwk.crv))
  if (!kind) return 'must be an EC key on P-256, an RSA key, or an OKP key on Ed25519'
  if (jwk.use !== undefined && jwk.use !== 'sig') return 'must have the use sig, or none'
  if (jwk.alg !== undefined && !kind.algorithms.includes(jwk.alg))
    return `must have the alg ${kind.algorithms.join(' or ')}, or none`
  if (!isText(jwk.kid)) return 'must have a kid of 1 to 256 characters, or none'
  return materialFault(jwk)
}

function materialFault(jwk: JWK): string | undefined {
  try {
    const { modulusLength } = createPublicKey({ key: jwk, format: 'jwk' }).asymmetricKeyDetails ?? {}
    return modulusLength !== undefined && modulusLength < 2048 ? 'must have 2048 bits or more (RFC 7518 section 3.3)' : undefined
  } catch {
    return 'is no key: its numbers do not fit together'
  }
}

const isText = (kid: unknown) => kid === undefined || (typeof kid === 'string' && kid.length > 0 && kid.length <= 256)
