import { type Collection, type Database, DatabaseUnavailable } from '../storage/index.ts'

export interface CountingDatabase extends Database {
  /** What was called since the last `reset`, as `collection.method`; each operation of a transaction counts. */
  readonly calls: string[]
  /** While it is true every call fails as those of a database that is gone. */
  away: boolean
  reset(): void
}

/** A database that notes every call of the port. */
export function countCalls(database: Database): CountingDatabase {
  const calls: string[] = []
  const counting: CountingDatabase = {
    ...database,
    calls,
    away: false,
    reset: () => {
      calls.length = 0
    },
    collection(definition) {
      const collection = database.collection(definition)
      const noting = Object.entries(collection).map(([method, call]) => [
        method,
        (...args: unknown[]) => {
          calls.push(`${definition.name}.${method}`)
          if (counting.away) return gone()
          return (call as (...args: unknown[]) => unknown)(...args)
        },
      ])
      return Object.fromEntries(noting) as Collection<never> as never
    },
    transaction(operations) {
      if (counting.away) return gone()
      calls.push(...operations.map(({ definition, type }) => `${definition.name}.${type}`))
      return database.transaction(operations)
    },
  }
  return counting
}

const gone = () => Promise.reject(new DatabaseUnavailable(new Error('a test says so')))
