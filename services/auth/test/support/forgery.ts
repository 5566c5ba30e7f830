import { createPrivateKey, type KeyObject, sign as signBytes } from 'node:crypto'
import { unseal } from '../../src/core/secrets.ts'
import type { SigningAlgorithm } from '../../src/core/types.ts'
import { keys } from '../../src/stores/keys.ts'
import type { TestAuth } from './start-auth.ts'

type Json = Record<string, unknown>

const encoded = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWS with whatever header and claims; the signature is made over both. */
export function jws(header: Json, claims: Json, signature: (input: string) => Buffer): string {
  const input = `${encoded(header)}.${encoded(claims)}`
  return `${input}.${signature(input).toString('base64url')}`
}

export const es256 = (key: KeyObject) => (input: string) =>
  signBytes('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })

/** What auth signs with: what no attacker has, but a test that wants everything right but one thing. */
export async function privateKeyOf(auth: TestAuth, wanted: SigningAlgorithm): Promise<{ kid: string; key: KeyObject }> {
  const [found] = (await auth.database.collection(keys).list({})).filter(({ alg }) => alg === wanted)
  if (!found) throw new Error(`no ${wanted} key`)
  const { kid, sealedPrivateJwk } = found
  const jwk = unseal(sealedPrivateJwk, { secret: auth.config.secretsKeys[0] ?? '', context: `signing key ${kid}` })
  return { kid, key: createPrivateKey({ key: JSON.parse(jwk), format: 'jwk' }) }
}
