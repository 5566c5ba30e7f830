import { type Database, defineCollection, insertInto, updateIn } from '@menshen/shared/storage'
import type { SessionStore } from '../core/ports.ts'
import type { Session } from '../core/types.ts'
import { users } from './users.ts'

export const sessions = defineCollection<Session>({ name: 'sessions', key: 'sid', indexes: [['browser'], ['sub']], expiry: 'purgeAt' })

export function createSessionStore(database: Database, clock: { now(): number }): SessionStore {
  return {
    ofBrowser: async (browser) => {
      const found = await database.collection(sessions).list({ browser, endedAt: null, idleUntil: { gt: clock.now() } })
      return found.sort((a, b) => b.auth_time - a.auth_time)
    },

    async signIn(session, others) {
      const aliveUser = updateIn(users, { sub: session.sub, disabledAt: null }, { set: { lastGrantAt: session.createdAt } })
      const moved = others.map(({ sid }) => updateIn(sessions, { sid }, { set: { browser: session.browser } }))
      return (await database.transaction([aliveUser, insertInto(sessions, session), ...moved])) !== undefined
    },
  }
}
