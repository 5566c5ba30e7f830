import type { Deps } from '../deps.ts'
import { Failure } from '../failure.ts'

/** Signs out here, and at Menshen: the refresh token is revoked, and with it all that the sign-in gave (RFC 7009 section 2.1). */
export async function logout({ tokens, provider, options, print }: Deps): Promise<void> {
  const kept = await tokens.read()
  await tokens.remove()
  if (kept?.refresh_token === undefined || kept.issuer !== options.issuer) return print('You were not signed in.')
  try {
    await provider.revoke(kept.refresh_token)
  } catch (cause) {
    throw new Failure(
      `You are signed out here, but ${options.issuer} could not be told. End the sign-in there: ${options.issuer}/account/sessions`,
      cause,
    )
  }
  print('You are signed out.')
}
