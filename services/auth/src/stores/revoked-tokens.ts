import type { Outbox } from '@menshen/shared/events'
import { type Database, defineCollection, upsertIn } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'

/** Access tokens without a Grant that were revoked before their `exp`. */
export const revokedTokens = defineCollection<{ jti: string; expiresAt: number }>({
  name: 'revoked_tokens',
  key: 'jti',
  expiry: 'expiresAt',
})

export const createRevokedTokenStore = ({
  database,
  outbox,
}: {
  database: Database
  outbox: Outbox
}): Stores['revokedTokens'] => ({
  async add(jti, expiresAt) {
    await outbox.commit(
      [upsertIn(revokedTokens, jti, { insert: { expiresAt } })],
      [{ type: 'token.revoked', subject: jti, data: { jti, expiresAt } }],
    )
  },
  has: async (jti) => (await database.collection(revokedTokens).find({ jti })) !== undefined,
})
