import { OAuthError } from './errors.ts'
import type { Keys } from './keys.ts'
import type { Client } from './types.ts'

interface HintDeps {
  signing: Pick<Keys, 'verify'>
  config: { issuer: string }
}

/** What an ID token of ours tells (OpenID Connect Core section 2). */
export interface IdTokenHint {
  aud: string
  sub: string
  sid: string
}

/** Reads an ID token that we gave, expired or not; nothing when it is anything else. */
export async function readIdTokenHint(id_token_hint: string, { signing, config }: HintDeps): Promise<IdTokenHint | undefined> {
  const { typ, claims } = (await signing.verify(id_token_hint)) ?? {}
  const isOurs = typ === 'JWT' && claims?.['iss'] === config.issuer
  return isOurs ? (claims as unknown as IdTokenHint) : undefined
}

/**
 * The subject of an `id_token_hint`: an ID token that we gave to this client, expired or not (OpenID Connect Core section 3.1.2.1).
 * @throws OAuthError invalid_request when it is anything else.
 */
export async function hintedSubject(
  id_token_hint: string | undefined,
  { client_id }: Client,
  deps: HintDeps,
): Promise<string | undefined> {
  if (id_token_hint === undefined) return undefined
  const hint = await readIdTokenHint(id_token_hint, deps)
  if (hint?.aud !== client_id)
    throw new OAuthError('invalid_request', 'id_token_hint is no ID token that this server gave to this client')
  return hint.sub
}
