import type { CloudEvent, EventBus } from '@menshen/shared/events'
import { z } from 'zod'
import { mirrored } from './claims.ts'
import { folded } from './stores/folding.ts'
import { blank } from './stores/profile.ts'
import type { Next, ProfileStore } from './stores/profiles.ts'

const change = z.object({ sub: z.string().min(1), version: z.int().min(1) })
const account = change.extend({ preferred_username: z.string(), claims: z.record(z.string(), z.unknown()) })

/** An account as auth tells of it. */
export type Account = z.output<typeof account>

/**
 * Follows the accounts at auth. Events come at least once and in any order: what a profile has from a newer version stays, and what was deleted does
 * not come back.
 */
export async function followAccounts({ bus, profiles }: { bus: EventBus; profiles: ProfileStore }): Promise<void> {
  const on = (type: string, nextOf: (event: CloudEvent) => Next) =>
    bus.subscribe(type, (event) => profiles.follow(change.parse(event.data).sub, nextOf(event)))

  await on('user.created', ({ data }) => mirroring(account.parse(data)))
  await on('user.updated', ({ data }) => mirroring(account.parse(data)))
  await on('user.disabled', ({ data }) => hiding('disabled', change.parse(data).version))
  await on('user.enabled', ({ data }) => hiding(null, change.parse(data).version))
  await on('user.deleted', () => forgetting)
}

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
