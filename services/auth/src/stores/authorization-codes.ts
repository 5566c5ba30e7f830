import { type Database, defineCollection } from '@menshen/shared/storage'
import type { CodeStore } from '../core/ports.ts'
import type { AuthorizationCode } from '../core/types.ts'

export const authorizationCodes = defineCollection<AuthorizationCode>({
  name: 'authorization_codes',
  key: 'hash',
  expiry: 'purgeAt',
})

export const createCodeStore = (database: Database): CodeStore => ({
  find: (by) => database.collection(authorizationCodes).find(by),
  take: ({ hash, client_id, redirect_uri, code_challenge }, keepUntil) =>
    database
      .collection(authorizationCodes)
      .update({ hash, client_id, redirect_uri, code_challenge }, { inc: { uses: 1 }, set: { purgeAt: keepUntil } }),
})
