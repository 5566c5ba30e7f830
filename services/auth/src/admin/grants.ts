import { type Database, updateIn } from '@menshen/shared/storage'
import type { Grant } from '../core/types.ts'
import { grants } from '../stores/grants.ts'
import { revoking } from '../stores/revocations.ts'
import { type CommitDeps, commitChange, untilDone } from './commit-change.ts'
import { findUser } from './find-user.ts'
import { type AdminPage, type PageAsked, readPage } from './page.ts'
import { NotFound } from './refusal.ts'

/** What a person granted to apps, the newest first; those that stand, or all that are kept. @throws NotFound. */
export async function listGrants(
  { user, all, ...asked }: PageAsked & { user: string; all: boolean },
  deps: { database: Database },
): Promise<AdminPage<Grant>> {
  const { sub } = await findUser(user, deps)
  const filter = all ? { sub } : { sub, revokedAt: null }
  return readPage(grants, { filter, by: 'createdAt', descending: true }, asked, deps)
}

/** Ends a Grant with all tokens of it. One that was revoked before stays as it is. @throws NotFound. */
export const revokeGrant = (grant_id: string, deps: CommitDeps & { database: Database }): Promise<Grant> =>
  untilDone(async () => {
    const grant = await deps.database.collection(grants).find({ grant_id })
    if (!grant) throw new NotFound(`there is no grant ${grant_id}`)
    if (grant.revokedAt !== null) return grant
    const mark = { revokedAt: deps.clock.now(), revokedFor: 'revoked by an administrator' }
    const { sub, client_id } = grant
    const done = await commitChange(
      {
        action: 'grant.revoked',
        subject: grant_id,
        before: { sub, client_id, revokedAt: null },
        after: { sub, client_id, ...mark },
        operations: [
          updateIn(grants, { grant_id, revokedAt: null }, { set: mark }),
          revoking('grant_id', grant_id, mark.revokedAt),
        ],
        events: [{ type: 'grant.revoked', subject: grant_id, data: { grant_id, reason: mark.revokedFor } }],
      },
      deps,
    )
    return done ? { ...grant, ...mark } : undefined
  })
