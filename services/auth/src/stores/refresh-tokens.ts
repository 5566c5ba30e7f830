import { type Database, defineCollection } from '@menshen/shared/storage'
import type { RefreshTokenStore } from '../core/ports.ts'
import type { RefreshToken } from '../core/types.ts'

export const refreshTokens = defineCollection<RefreshToken>({
  name: 'refresh_tokens',
  key: 'hash',
  indexes: [['grant_id']],
  expiry: 'expiresAt',
})

export function createRefreshTokenStore(database: Database): RefreshTokenStore {
  const tokens = database.collection(refreshTokens)
  return {
    find: ({ hash, client_id }) => tokens.find({ hash, client_id }),
    use: ({ hash, client_id }, mark) => tokens.update({ hash, client_id, usedAt: null }, { set: mark }),
    async ensure({ hash, ...token }) {
      await tokens.upsert(hash, { insert: token })
    },
  }
}
