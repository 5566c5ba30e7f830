import type { EventBus, EventHandler, EventType } from '@menshen/shared/events'
import { LRUCache } from 'lru-cache'
import type { Stores } from './core/ports.ts'

/** How long a client or an API that was changed elsewhere may be seen as it was, in milliseconds. */
const staleAfter = 5000

/** Longer ones are registered nowhere, and would only fill the memory. */
const longestClientId = 200

/** Clients and APIs from memory, for 5 s at most and until an event tells that they changed; never Grants. */
export async function cached(stores: Stores, { bus, clock }: { bus: EventBus; clock: { now(): number } }): Promise<Stores> {
  const clients = createCache((client_id: string) => stores.clients.find(client_id), 5000, clock)
  const origins = createCache((_all: 'all') => stores.clients.origins(), 1, clock)
  const apis = createCache((_all: 'all') => stores.apis.all(), 1, clock)
  const dropClient: EventHandler = ({ subject }) => {
    clients.drop(subject)
    origins.drop('all')
  }
  const dropApis = () => apis.drop('all')
  await bus.listen({
    handlers: {
      'client.created': dropClient,
      'client.updated': dropClient,
      'client.disabled': dropClient,
      'client.deleted': dropClient,
      'api.created': dropApis,
      'api.updated': dropApis,
    } satisfies { [Type in EventType]?: EventHandler },
    onGap() {
      for (const cache of [clients, origins, apis]) cache.clear()
    },
  })
  return {
    ...stores,
    clients: {
      ...stores.clients,
      find: async (client_id) => (client_id.length > longestClientId ? undefined : clients.get(client_id)),
      origins: () => origins.get('all'),
    },
    apis: { all: () => apis.get('all') },
  }
}

/** Remembers what a look-up gave, nothing found included; look-ups of one key at the same time are one. */
function createCache<Key extends string, Value>(lookUp: (key: Key) => Promise<Value>, max: number, clock: { now(): number }) {
  const known = new LRUCache<Key, Promise<Value>>({ max, ttl: staleAfter, ttlResolution: 0, perf: clock })
  return {
    get(key: Key): Promise<Value> {
      const found = known.get(key)
      if (found) return found
      const looking = lookUp(key)
      known.set(key, looking)
      looking.catch(() => known.delete(key))
      return looking
    },
    drop(key: string): void {
      known.delete(key as Key)
    },
    clear: () => known.clear(),
  }
}
