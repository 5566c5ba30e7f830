import { defineCollection, insertInto, updateIn, upsertIn } from '@menshen/shared/storage'
import type { GrantStore } from '../core/ports.ts'
import type { Grant } from '../core/types.ts'
import { authorizationCodes } from './authorization-codes.ts'
import { consentId, consents } from './consents.ts'
import { interactions } from './interactions.ts'
import { revoking } from './revocations.ts'
import { sessions } from './sessions.ts'
import type { StoreDeps } from './store-deps.ts'
import { users } from './users.ts'

export const grants = defineCollection<Grant>({
  name: 'grants',
  key: 'grant_id',
  indexes: [['sid'], ['sub', 'createdAt'], ['client_id']],
  expiry: 'purgeAt',
})

/** Touching the account in the transaction is what makes a ban and a new Grant exclude each other. */
export const aliveUser = ({ sub, createdAt }: Pick<Grant, 'sub' | 'createdAt'>) =>
  updateIn(users, { sub, disabledAt: null }, { set: { lastGrantAt: createdAt } })

/** Counting what rests on a consent is what makes its withdrawal and a new Grant exclude each other. */
function consentOf({ consent, remembered, grant }: Authorization) {
  const usedAt = grant.createdAt
  if (remembered) return [updateIn(consents, { id: consentId(grant) }, { set: { usedAt }, inc: { uses: 1 } })]
  if (!consent) return []
  const { id, ...agreed } = consent
  return [upsertIn(consents, id, { set: { ...agreed, usedAt }, inc: { uses: 1 } })]
}

type Authorization = Parameters<GrantStore['authorize']>[0]

export function createGrantStore({ database, outbox, clock }: StoreDeps): GrantStore {
  return {
    find: (grant_id) => database.collection(grants).find({ grant_id }),

    keep: (grant_id, purgeAt) => database.collection(grants).update({ grant_id, revokedAt: null }, { set: { purgeAt } }),

    async touch(grant_id, lastUsedAt) {
      await database.collection(grants).update({ grant_id, revokedAt: null }, { set: { lastUsedAt } })
    },

    async authorize(authorization) {
      const { grant, code, use, interaction } = authorization
      const now = grant.createdAt
      const aliveSession = updateIn(sessions, { sid: grant.sid, sub: grant.sub, endedAt: null }, { set: use })
      const finished =
        interaction === null ? [] : [updateIn(interactions, { id: interaction, finishedAt: null }, { set: { finishedAt: now } })]
      const done = await database.transaction([
        aliveSession,
        aliveUser(grant),
        ...consentOf(authorization),
        ...finished,
        insertInto(grants, grant),
        ...(code ? [insertInto(authorizationCodes, code)] : []),
      ])
      return done !== undefined
    },

    async begin({ grant, session }) {
      const done = await database.transaction([aliveUser(grant), insertInto(sessions, session), insertInto(grants, grant)])
      return done !== undefined
    },

    standingOf: (sub) => database.collection(grants).list({ sub, revokedAt: null }),
    standingOfClient: (client_id) => database.collection(grants).list({ client_id, revokedAt: null }),
    allOfSession: (sid) => database.collection(grants).list({ sid }),
    ofSession: (sid) => database.collection(grants).list({ sid, revokedAt: null }),

    async revoke(grant_id, reason) {
      const now = clock.now()
      const mark = updateIn(grants, { grant_id, revokedAt: null }, { set: { revokedAt: now, revokedFor: reason } })
      await outbox.commit(
        [mark, revoking('grant_id', grant_id, now)],
        [{ type: 'grant.revoked', subject: grant_id, data: { grant_id, reason } }],
      )
    },
  }
}
