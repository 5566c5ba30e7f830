import { type KeyObject, verify as verifySignature } from 'node:crypto'
import type { SigningAlgorithm } from './types.ts'

/** A JWS whose signature was right. */
export interface VerifiedJws {
  typ: string | undefined
  claims: Record<string, unknown>
}

/** A key to verify with, and the only algorithm it is for (RFC 8725 section 3.1). */
export interface VerifyingKey {
  alg: SigningAlgorithm
  publicKey: KeyObject
}

const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * Verifies a JWS in compact serialization (RFC 7515 section 5.2) with the key that its `kid` names among ours, on the spot: handing it to
 * another thread and back takes longer. Nothing for whatever else it is.
 */
export function readJws(token: string, keyOf: (kid: string) => VerifyingKey | undefined): VerifiedJws | undefined {
  if (!compact.test(token)) return undefined
  const end = token.lastIndexOf('.')
  const [header = '', payload = ''] = token.slice(0, end).split('.')
  try {
    const { kid, alg, typ, crit } = decoded(header)
    const key = typeof kid === 'string' ? keyOf(kid) : undefined
    if (!key || key.alg !== alg || crit !== undefined) return undefined
    const signature = Buffer.from(token.slice(end + 1), 'base64url')
    if (!verifySignature('sha256', Buffer.from(token.slice(0, end)), verifier(key), signature)) return undefined
    return { typ: typeof typ === 'string' ? typ : undefined, claims: decoded(payload) }
  } catch {
    return undefined
  }
}

/** ES256 signatures are r and s side by side (RFC 7518 section 3.4); RS256 takes no notice. */
const verifier = ({ publicKey }: VerifyingKey) => ({ key: publicKey, dsaEncoding: 'ieee-p1363' as const })

const decoded = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString())
