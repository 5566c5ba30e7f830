import { timingSafeEqual } from 'node:crypto'
import { OAuthError } from '../errors.ts'
import { sha256 } from '../secrets.ts'
import type { Client } from '../types.ts'
import type { ClientAuthenticationMethod, Credentials } from './index.ts'

/** The secret in HTTP Basic, both parts form-encoded first (RFC 6749 section 2.3.1). */
export const clientSecretBasic: ClientAuthenticationMethod = {
  method: 'client_secret_basic',
  credential: 'secretHashes',
  read({ authorization }) {
    const [, encoded] = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(authorization) ?? []
    if (encoded === undefined) return undefined
    const text = Buffer.from(encoded, 'base64').toString('utf8')
    const colon = text.indexOf(':')
    if (colon < 1) throw malformed()
    return credentials(formDecoded(text.slice(0, colon)), formDecoded(text.slice(colon + 1)))
  },
}

/** The secret in the form (RFC 6749 section 2.3.1). */
export const clientSecretPost: ClientAuthenticationMethod = {
  method: 'client_secret_post',
  credential: 'secretHashes',
  read({ params }) {
    const secret = params.get('client_secret')
    return secret === undefined ? undefined : credentials(params.required('client_id'), secret)
  },
}

const credentials = (client_id: string, secret: string): Credentials => ({ client_id, prove: (client) => knows(client, secret) })

/** Compares hashes in constant time; every secret in force is tried. */
function knows({ secretHashes }: Client, secret: string): boolean {
  const presented = Buffer.from(sha256(secret))
  return secretHashes.filter((hash) => timingSafeEqual(Buffer.from(hash), presented)).length > 0
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw malformed()
  }
}

const malformed = () => new OAuthError('invalid_client', 'the Authorization header is malformed', { headers: basicChallenge })

/** RFC 7617 section 2. */
export const basicChallenge = { 'www-authenticate': 'Basic realm="menshen", charset="UTF-8"' }
