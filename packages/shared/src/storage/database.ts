import { setImmediate as nextTurn } from 'node:timers/promises'
import { insertInto, removeFrom, updateIn, upsertIn } from './operations.ts'
import {
  type AnyDefinition,
  type Collection,
  type CollectionDefinition,
  type Database,
  type Driver,
  type Operation,
  type Page,
  UniqueConflict,
} from './port.ts'
import { requireFilter } from './values.ts'

/** Few enough that SQLite, which is synchronous, holds up nobody for long. */
const SWEPT_AT_ONCE = 1000

/** The port over a driver: what both drivers share. */
export function createDatabase(driver: Driver, definitions: readonly AnyDefinition[]): Database {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]))

  /** Removes all that has expired, others' work in between. */
  async function sweep(definition: AnyDefinition): Promise<number> {
    let swept = 0
    for (;;) {
      const { removed, more } = await driver.sweep(definition, SWEPT_AT_ONCE)
      swept += removed
      if (!more) return swept
      await nextTurn()
    }
  }

  /**
   * Tries once more after a conflict that need not be one: with an expired record, which holds its key until it is swept, or between two upserts
   * that both found no record (MongoDB makes one of them fail).
   */
  async function settling<T>(operations: readonly Operation[], work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof UniqueConflict)) throw error
      const definition = byName.get(error.collection)
      if (definition?.expiry) await sweep(definition)
      else if (!operations.some(({ type }) => type === 'upsert')) throw error
      return work()
    }
  }
  const write = (operation: Operation) => settling([operation], () => driver.write(operation))

  return {
    collection: <R extends object>(definition: CollectionDefinition<R>): Collection<R> => {
      if (byName.get(definition.name) !== definition)
        throw new TypeError(`${definition.name} was not declared when the database was opened`)
      return {
        insert: (record) => write(insertInto(definition, record)) as Promise<void>,
        find(filter) {
          requireFilter(definition, filter)
          return driver.find(definition, filter) as Promise<R | undefined>
        },
        list(filter, page = {}) {
          requireFilter(definition, filter)
          return driver.list(definition, filter, page as Page<object>) as Promise<R[]>
        },
        update: (filter, change) => driver.write(updateIn(definition, filter, change)) as Promise<R | undefined>,
        upsert: (key, change) => write(upsertIn(definition, key, change)) as Promise<R>,
        remove: (filter) => driver.write(removeFrom(definition, filter)) as Promise<number>,
      }
    },
    transaction: (operations) => settling(operations, () => driver.transaction(operations)) as Promise<never>,
    async sweep() {
      let swept = 0
      for (const definition of definitions) if (definition.expiry) swept += await sweep(definition)
      return swept
    },
    ping: () => driver.ping(),
    hurry: () => driver.hurry(),
    ...(driver.pool && { pool: driver.pool }),
    close: () => driver.close(),
  }
}
