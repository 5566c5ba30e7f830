/** A map in memory that forgets: after a while, and the least used first when it is full. */
export interface ExpiringMap<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
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

  const get = (key: string) => {
    const entry = entries.get(key)
    entries.delete(key)
    if (!entry || entry.expiresAt <= now()) return undefined
    entries.set(key, entry)
    return entry.value
  }

  const set = (key: string, value: Value) => {
    entries.delete(key)
    entries.set(key, { value, expiresAt: now() + lifetime })
    const [oldest] = entries.keys()
    if (entries.size > most && oldest !== undefined) entries.delete(oldest)
  }

  return { get, set, delete: (key) => void entries.delete(key) }
}
