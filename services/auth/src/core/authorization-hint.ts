import { OAuthError } from './errors.ts'
import type { Keys } from './keys.ts'
import type { Client } from './types.ts'

/**
 * The subject of an `id_token_hint`: an ID token that we gave to this client, expired or not (OpenID Connect Core section 3.1.2.1).
 * @throws OAuthError invalid_request when it is anything else.
 */
export function hintedSubject(
  id_token_hint: string | undefined,
  { client_id }: Client,
  { signing, config }: { signing: Pick<Keys, 'verify'>; config: { issuer: string } },
): string | undefined {
  if (id_token_hint === undefined) return undefined
  const { typ, claims } = signing.verify(id_token_hint) ?? {}
  const isOurs = typ === 'JWT' && claims?.['iss'] === config.issuer && claims['aud'] === client_id
  if (!isOurs || typeof claims['sub'] !== 'string')
    throw new OAuthError('invalid_request', 'id_token_hint is no ID token that this server gave to this client')
  return claims['sub']
}
