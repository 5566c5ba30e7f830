import { OAuthError } from './errors.ts'
import type { GrantStore } from './ports.ts'
import type { Grant } from './types.ts'

/** The Grant, while it stands: whatever issues or tells something of a token asks here first. */
export async function requireGrant(grant_id: string, { grants }: { grants: GrantStore }): Promise<Grant> {
  const grant = await grants.find(grant_id)
  if (!grant || grant.revokedAt !== null) throw new OAuthError('invalid_grant', 'the authorization was withdrawn', { detail: { grant_id } })
  return grant
}
