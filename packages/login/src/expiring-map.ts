/** A map in memory that forgets: after a while, and the least used first when it is full. */
export interface ExpiringMap<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  /** Changes parts of a value that is there; it lives no longer for it. */
  update(key: string, changes: Partial<Value>): Value | undefined
  delete(key: string): void
  /** Forgets the values to which this applies. */
  deleteWhere(applies: (value: Value) => boolean): void
}

export interface Limits {
  /** Milliseconds from `set`. */
  lifetime: number
  /** How many it holds. */
  most: number
  now: () => number
}

/** Creates the map; it is bounded, so that strangers can't fill the memory. */
export function createExpiringMap<Value>({ lifetime, most, now }: Limits): ExpiringMap<Value> {
  const entries = new Map<string, { value: Value; expiresAt: number }>() // least used first

  function use(key: string) {
    const entry = entries.get(key)
    entries.delete(key)
    if (!entry || entry.expiresAt <= now()) return undefined
    entries.set(key, entry)
    return entry
  }

  return {
    get: (key) => use(key)?.value,

    set(key, value) {
      entries.delete(key)
      entries.set(key, { value, expiresAt: now() + lifetime })
      const [oldest] = entries.keys()
      if (entries.size > most && oldest !== undefined) entries.delete(oldest)
    },

    update(key, changes) {
      const entry = use(key)
      if (entry) entry.value = { ...entry.value, ...changes }
      return entry?.value
    },

    delete: (key) => void entries.delete(key),

    deleteWhere(applies) {
      for (const [key, { value }] of entries) if (applies(value)) entries.delete(key)
    },
  }
}
