import { createExpiringMap } from './expiring-map.ts'
import { isNamed, type Session, type SessionStore } from './session.ts'

/** Sessions in the memory of this process: they end when it does. */
export function createMemoryStore(now: () => number): SessionStore {
  const sessions = createExpiringMap<Session>({ lifetime: 8 * 3600 * 1000, most: 1000, now })
  return {
    get: async (id) => sessions.get(id),
    add: async (id, session) => sessions.set(id, session),
    update: async (id, changes) => sessions.update(id, changes),
    delete: async (id) => sessions.delete(id),
    end: async (which) => sessions.deleteWhere((session) => isNamed(which, session)),
  }
}
