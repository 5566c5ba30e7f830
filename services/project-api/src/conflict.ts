import { Problem } from '@menshen/shared/http/problem'

/** Why something can't be done now, for programs: the member `reason` of the problem. */
export type Reason = 'archived' | 'last-owner' | 'yourself' | 'already-member' | 'already-invited' | 'already-owner' | 'full'

/** A 409 problem that says why. */
export const conflict = (reason: Reason, detail: string): Problem => new Problem('conflict', { detail, extensions: { reason } })
