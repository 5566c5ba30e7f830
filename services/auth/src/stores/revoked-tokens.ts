import { defineCollection, upsertIn } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import { revoking } from './revocations.ts'
import type { StoreDeps } from './store-deps.ts'

/** Access tokens without a Grant that were revoked before their `exp`. */
export const revokedTokens = defineCollection<{ jti: string; expiresAt: number }>({
  name: 'revoked_tokens',
  key: 'jti',
  expiry: 'expiresAt',
})

export const createRevokedTokenStore = ({ database, outbox, clock }: StoreDeps): Stores['revokedTokens'] => ({
  async add(jti, expiresAt) {
    await outbox.commit(
      [upsertIn(revokedTokens, jti, { insert: { expiresAt } }), revoking('jti', jti, clock.now(), expiresAt)],
      [{ type: 'token.revoked', subject: jti, data: { jti, expiresAt } }],
    )
  },
  has: async (jti) => (await database.collection(revokedTokens).find({ jti })) !== undefined,
})
