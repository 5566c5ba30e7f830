/** A map that holds the entries used last, so that memory is bounded. */
export interface Recent<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

/** Holds at most `most` entries; the one that was not used for the longest time goes first. */
export function createRecent<Value>(most: number): Recent<Value> {
  const entries = new Map<string, Value>() // in the order of use, the oldest first
  const touch = (key: string, value: Value) => {
    entries.delete(key)
    entries.set(key, value)
  }
  return {
    get(key) {
      const value = entries.get(key)
      if (value !== undefined) touch(key, value)
      return value
    },
    set(key, value) {
      touch(key, value)
      const [oldest] = entries.size > most ? entries.keys() : []
      if (oldest !== undefined) entries.delete(oldest)
    },
  }
}
