import { randomUUID } from 'node:crypto'
import type { Keys } from './keys.ts'
import type { CoreDeps } from './ports.ts'
import type { Client } from './types.ts'

/** Seconds that a client has to take it. */
const lifetime = 120

/** Tells a client, by nothing but itself, that a session of this account ended (Back-Channel Logout section 2.4). */
export function issueLogoutToken(
  { client, sub, sid }: { client: Client; sub: string; sid: string },
  { config, clock, signing, subjectOf }: Pick<CoreDeps, 'config' | 'clock' | 'subjectOf'> & { signing: Pick<Keys, 'sign'> },
): Promise<string> {
  const iat = Math.floor(clock.now() / 1000)
  const claims = {
    iss: config.issuer,
    sub: subjectOf(client, sub),
    aud: client.client_id,
    iat,
    exp: iat + lifetime,
    jti: randomUUID(),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    sid,
  }
  return signing.sign(claims, { alg: client.id_token_signed_response_alg, typ: 'logout+jwt' })
}
