import { type Database, defineCollection } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import type { LogoutNotice } from '../core/types.ts'

export const logoutNotices = defineCollection<LogoutNotice>({ name: 'logout_notices', key: 'id', indexes: [['nextAt']] })

export const createLogoutNoticeStore = (database: Database): Stores['logoutNotices'] => ({
  async ensure({ id, ...notice }) {
    await database.collection(logoutNotices).upsert(id, { insert: notice })
  },
  due: (now, limit) => database.collection(logoutNotices).list({ nextAt: { lte: now } }, { orderBy: 'nextAt', limit }),
  take: ({ id, nextAt }, next) =>
    database.collection(logoutNotices).update({ id, nextAt }, { set: { nextAt: next }, inc: { tries: 1 } }),
  async remove(id) {
    await database.collection(logoutNotices).remove({ id })
  },
})
