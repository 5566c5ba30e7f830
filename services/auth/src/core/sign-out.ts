import type { GrantStore } from './ports.ts'
import { includesScope } from './scope.ts'

/**
 * Revokes what rests on a session that ended, one by one: where it stops, it can begin again. Apps that may stay connected while the person is away do
 * (OpenID Connect Core section 11), unless the person ended the device: `endsOffline`.
 */
export async function endGrantsOf(
  sid: string,
  { endsOffline }: { endsOffline: boolean },
  { grants }: { grants: GrantStore },
): Promise<void> {
  for (const { grant_id, scope } of await grants.ofSession(sid)) {
    if (endsOffline || !includesScope(scope, 'offline_access')) await grants.revoke(grant_id, 'signed out')
  }
}
