import { defineCollection, insertInto, updateIn } from '@menshen/shared/storage'
import type { SessionStore } from '../core/ports.ts'
import type { Session } from '../core/types.ts'
import type { StoreDeps } from './store-deps.ts'
import { users } from './users.ts'

export const sessions = defineCollection<Session>({
  name: 'sessions',
  key: 'sid',
  indexes: [['browser'], ['sub', 'createdAt']],
  expiry: 'purgeAt',
})

export function createSessionStore({ database, outbox, clock }: StoreDeps): SessionStore {
  return {
    ofBrowser: async (browser) => {
      const found = await database.collection(sessions).list({ browser, endedAt: null, idleUntil: { gt: clock.now() } })
      return found.sort((a, b) => b.authenticatedAt - a.authenticatedAt)
    },

    async signIn({ session, renewed, others }) {
      const { sid, sub, createdAt: _, ...state } = session
      const aliveUser = updateIn(users, { sub, disabledAt: null }, { set: { lastGrantAt: session.authenticatedAt } })
      const stored = renewed ? updateIn(sessions, { sid, sub, endedAt: null }, { set: state }) : insertInto(sessions, session)
      const moved = others.map((other) => updateIn(sessions, { sid: other.sid }, { set: { browser: session.browser } }))
      return (await database.transaction([aliveUser, stored, ...moved])) !== undefined
    },

    find: (sid) => database.collection(sessions).find({ sid }),
    standingOf: (sub) => database.collection(sessions).list({ sub, endedAt: null }),

    async end({ sid, sub }, { endsOffline = false } = {}) {
      const ended = updateIn(sessions, { sid, sub, endedAt: null }, { set: { endedAt: clock.now() } })
      await outbox.commit([ended], [{ type: 'session.ended', subject: sid, data: { sid, sub, endsOffline } }])
    },
  }
}
