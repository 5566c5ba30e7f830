import type { AnyDefinition, Change, CollectionDefinition, Filter, OperationOf, UpsertChange } from './port.ts'
import { requireFilter, requireJson } from './values.ts'

/** Names a collection with its key, indexes and expiry; wrong field names don't compile. */
export const defineCollection = <R extends object>(definition: CollectionDefinition<R>): CollectionDefinition<R> => definition

/** An insert to be part of a transaction. */
export function insertInto<R extends object>(definition: CollectionDefinition<R>, record: R): OperationOf<void> {
  requireJson(definition, record)
  refuseNullInUnique(definition, record, true)
  return { type: 'insert', definition, record }
}

/** An update to be part of a transaction, which fails whole when it matches nothing. */
export function updateIn<R extends object>(
  definition: CollectionDefinition<R>,
  filter: Filter<R>,
  change: Change<R>,
): OperationOf<R> {
  requireFilter(definition, filter)
  refuseBadChange(definition, change)
  return { type: 'update', definition, filter, change }
}

/** An upsert to be part of a transaction. */
export function upsertIn<R extends object>(
  definition: CollectionDefinition<R>,
  key: string,
  change: UpsertChange<R>,
): OperationOf<R> {
  refuseBadChange(definition, change)
  return { type: 'upsert', definition, key, change }
}

/** A removal to be part of a transaction; it may match nothing. */
export function removeFrom<R extends object>(definition: CollectionDefinition<R>, filter: Filter<R>): OperationOf<number> {
  requireFilter(definition, filter)
  return { type: 'remove', definition, filter }
}

function refuseBadChange(definition: AnyDefinition, { set = {}, inc = {}, insert = {} }: UpsertChange<object>): void {
  for (const fields of [set, inc, insert]) {
    requireJson(definition, fields)
    if (definition.key in fields) throw new TypeError(`${definition.name}.${definition.key} is the key and never changes`)
  }
  refuseNullInUnique(definition, set, false)
}

function refuseNullInUnique(definition: AnyDefinition, fields: object, all: boolean): void {
  for (const field of definition.unique?.flat() ?? []) {
    const value = (fields as Record<string, unknown>)[field] ?? null
    if (value === null && (all || field in fields)) throw new TypeError(`${definition.name}.${field} is unique and can't be null`)
  }
}
