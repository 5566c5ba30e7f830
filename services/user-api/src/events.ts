import type { EventOf } from '@menshen/shared/events'
import { type WorkDeps, workOn } from '@menshen/shared/events/work'
import { mirrored } from './claims.ts'
import { folded } from './stores/folding.ts'
import { blank } from './stores/profile.ts'
import type { Next, ProfileStore } from './stores/profiles.ts'

/** An account as auth tells of it. */
export type Account = EventOf<'user.updated'>['data']

/**
 * Follows the accounts at auth. Events come at least once and in any order: what a profile has from a newer version stays, and what was deleted does
 * not come back.
 */
export const followAccounts = ({ profiles, ...deps }: Omit<WorkDeps, 'service'> & { profiles: ProfileStore }): Promise<void> =>
  workOn(
    { ...deps, service: 'user-api' },
    {
      'user.created': ({ data }, remember) => profiles.follow(data.sub, mirroring(data), remember),
      'user.updated': ({ data }, remember) => profiles.follow(data.sub, mirroring(data), remember),
      'user.disabled': ({ data }, remember) => profiles.follow(data.sub, hiding('disabled', data.version), remember),
      'user.enabled': ({ data }, remember) => profiles.follow(data.sub, hiding(null, data.version), remember),
      'user.deleted': ({ data }, remember) => profiles.follow(data.sub, forgetting, remember),
    },
  )

/** Name and claims as this version of the account has them. */
export const mirroring =
  ({ preferred_username, claims, version }: Account): Next =>
  ({ accountVersion, hidden }) =>
    accountVersion >= version || hidden === 'deleted'
      ? undefined
      : { preferred_username, username: folded(preferred_username), claims: mirrored(claims), accountVersion: version }

const hiding =
  (as: 'disabled' | null, version: number): Next =>
  ({ hiddenVersion, hidden }) =>
    hiddenVersion >= version || hidden === 'deleted' ? undefined : { hidden: as, hiddenVersion: version }

const forgetting: Next = ({ hidden }) =>
  hidden === 'deleted' ? undefined : { ...blank, preferred_username: null, username: null, claims: {}, hidden: 'deleted' }
