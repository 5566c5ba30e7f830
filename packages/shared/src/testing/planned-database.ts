import Libsql from 'libsql'
import type { AnyDefinition, Collection, Database, Operation, Page } from '../storage/port.ts'
import { selectQuery } from '../storage/sqlite-queries.ts'
import { prepareTables } from '../storage/sqlite-tables.ts'

/**
 * A database that refuses what it would have to search through all records for. Each kind of query is planned once, by SQLite on empty tables: MongoDB has
 * the same indexes. What asks for everything reads everything, but sorts nothing.
 */
export function requirePlans(database: Database): Database {
  const check = ({ type, definition, ...operation }: Operation) => {
    if ('filter' in operation) plans.require(type, definition, operation.filter, type === 'update' ? { limit: 1 } : {})
  }
  return {
    ...database,
    collection(definition) {
      const collection = database.collection(definition)
      const planned: typeof collection = {
        ...collection,
        find(filter) {
          plans.require('find', definition, filter, { limit: 1 })
          return collection.find(filter)
        },
        list(filter, page) {
          plans.require('list', definition, filter, (page ?? {}) as Page<object>)
          return collection.list(filter, page)
        },
        update(filter, change) {
          plans.require('update', definition, filter, { limit: 1 })
          return collection.update(filter, change)
        },
        remove(filter) {
          plans.require('remove', definition, filter, {})
          return collection.remove(filter)
        },
      }
      return planned as Collection<never> as never
    },
    transaction(operations) {
      for (const operation of operations) check(operation)
      return database.transaction(operations)
    },
  }
}

function planner() {
  const connection = new Libsql(':memory:')
  const prepared = new Set<AnyDefinition>()
  const known = new Set<string>()

  function stepsOf(definition: AnyDefinition, filter: object, page: Page<object>): string[] {
    if (!prepared.has(definition)) prepareTables(connection, [definition])
    prepared.add(definition)
    const { sql, values } = selectQuery(definition, filter as Record<string, unknown>, page, 0)
    const steps = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[]
    return steps.map(({ detail }) => detail)
  }

  return {
    /** @throws Error with the plan. */
    require(call: string, definition: AnyDefinition, filter: object, page: Page<object>): void {
      const shape = `${call} ${definition.name} ${kindOf(filter)} ${page.orderBy ?? ''} ${page.descending ?? false} ${page.after !== undefined}`
      if (known.has(shape)) return
      const steps = stepsOf(definition, filter, page)
      const bad = Object.keys(filter).length === 0 ? /B-TREE/ : /^SCAN|B-TREE/ // to sort is never well
      if (steps.some((step) => bad.test(step))) throw new Error(`no index serves: ${shape}: ${steps.join('; ')}`)
      known.add(shape)
    },
  }
}

/** Of this process: what was planned once is known. */
const plans = planner()

const kindOf = (filter: object): string =>
  Object.entries(filter)
    .map(([field, wanted]) => (wanted !== null && typeof wanted === 'object' ? `${field}~${Object.keys(wanted)}` : field))
    .join(',')
