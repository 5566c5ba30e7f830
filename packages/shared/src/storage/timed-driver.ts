import type { Driver } from './port.ts'

/** Told how long each call of a store took, in seconds, also one that failed. */
export type Took = (call: { collection: string; operation: string }, seconds: number) => void

/** A driver whose reads and writes are timed; its upkeep is not. */
export function timedDriver(driver: Driver, took: Took): Driver {
  async function timed<T>(collection: string, operation: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    try {
      return await work()
    } finally {
      took({ collection, operation }, (performance.now() - start) / 1000)
    }
  }
  return {
    ...driver,
    write: (operation) => timed(operation.definition.name, operation.type, () => driver.write(operation)),
    transaction: (operations) => timed('several', 'transaction', () => driver.transaction(operations)),
    find: (definition, filter) => timed(definition.name, 'find', () => driver.find(definition, filter)),
    list: (definition, filter, page) => timed(definition.name, 'list', () => driver.list(definition, filter, page)),
  }
}
