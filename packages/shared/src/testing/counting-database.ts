import type { Collection, Database } from '../storage/index.ts'

export interface CountingDatabase extends Database {
  /** What was called since the last `reset`, as `collection.method`; each operation of a transaction counts. */
  readonly calls: string[]
  reset(): void
}

/** A database that notes every call of the port. */
export function countCalls(database: Database): CountingDatabase {
  const calls: string[] = []
  return {
    ...database,
    calls,
    reset: () => {
      calls.length = 0
    },
    collection(definition) {
      const collection = database.collection(definition)
      const noting = Object.entries(collection).map(([method, call]) => [
        method,
        (...args: unknown[]) => {
          calls.push(`${definition.name}.${method}`)
          return (call as (...args: unknown[]) => unknown)(...args)
        },
      ])
      return Object.fromEntries(noting) as Collection<never> as never
    },
    transaction(operations) {
      calls.push(...operations.map(({ definition, type }) => `${definition.name}.${type}`))
      return database.transaction(operations)
    },
  }
}
