/**
 * The storage port: what every store of every service is written over, once. Two drivers carry it (`sqlite.ts`, `mongo.ts`)
 * and pass one contract suite (`contract.ts`).
 *
 * Times are numbers, milliseconds since the epoch. A record holds JSON values only. Every call may throw DatabaseUnavailable.
 */

import type { Pool } from './mongo-pool.ts'
import type { Position } from './pages.ts'

/** What a filter may compare with; `null` means absent. */
export type Scalar = string | number | boolean | null

/** An inclusive or exclusive range over numbers or strings. A record without the field is in no range. */
export interface Range {
  gt?: string | number
  gte?: string | number
  lt?: string | number
  lte?: string | number
}

/** Which records: all named fields must be equal to, or in the range of, what stands there. `undefined` throws. */
export type Filter<R> = { [F in keyof R]?: Extract<R[F], Scalar> | null | Range }

/** One atomic step: fields set, and numbers added (an absent number counts as 0). */
export interface Change<R> {
  set?: Partial<R>
  inc?: { [F in keyof R]?: number }
}

/** A change that makes the record when it is missing, then with `insert` besides. */
export interface UpsertChange<R> extends Change<R> {
  insert?: Partial<R>
}

/** A stable page: ordered by one field, then by key; `after` is that pair of the last record seen. */
export interface Page<R> {
  orderBy?: keyof R & string
  descending?: boolean
  limit?: number
  after?: Position
}

/** A collection as its store declares it. */
export interface CollectionDefinition<R extends object> {
  name: string
  /** The field that identifies a record: a string, never changed. */
  key: keyof R & string
  /** Lists of fields whose values no two records share; such a field is never null. */
  unique?: ReadonlyArray<ReadonlyArray<keyof R & string>>
  indexes?: ReadonlyArray<ReadonlyArray<keyof R & string>>
  /** The field after whose time the record is not seen any more and may be swept; null there means never. */
  expiry?: keyof R & string
}

export interface Collection<R extends object> {
  /** @throws UniqueConflict when its key or a unique value is taken. */
  insert(record: R): Promise<void>
  find(filter: Filter<R>): Promise<R | undefined>
  list(filter: Filter<R>, page?: Page<R>): Promise<R[]>
  /** Changes one record in one atomic step and returns it as it is afterwards, or nothing when none matched. */
  update(filter: Filter<R>, change: Change<R>): Promise<R | undefined>
  /** Changes or makes the record of this key in one atomic step and returns it as it is afterwards. */
  upsert(key: string, change: UpsertChange<R>): Promise<R>
  /** Removes all that match and tells how many. */
  remove(filter: Filter<R>): Promise<number>
}

export interface Database {
  collection<R extends object>(definition: CollectionDefinition<R>): Collection<R>
  /**
   * Runs all operations or none, and returns what each gave; nothing when a conditional update matched no record.
   * Declarative: no caller's code runs inside.
   * @throws UniqueConflict as `insert` does.
   */
  transaction<const O extends readonly Operation[]>(operations: O): Promise<Results<O> | undefined>
  /** Removes what has expired and tells how many. */
  sweep(): Promise<number>
  /** Resolves when the database answers. */
  ping(): Promise<void>
  /** From now on people wait for the calls: before, while a service starts, they may take longer. */
  hurry(): void
  /** The connections to its server; a database that is a file has none. */
  pool?: () => Pool
  close(): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: a definition of any record; its fields are checked where it is declared
export type AnyDefinition = CollectionDefinition<any>

/** A write as data, so that several can be one transaction. */
export type Operation =
  | { type: 'insert'; definition: AnyDefinition; record: object }
  | { type: 'update'; definition: AnyDefinition; filter: object; change: Change<object> }
  | { type: 'upsert'; definition: AnyDefinition; key: string; change: UpsertChange<object> }
  | { type: 'remove'; definition: AnyDefinition; filter: object }

/** An operation that remembers the type of what it gives. */
export type OperationOf<T> = Operation & { readonly gives?: T }
type Results<O extends readonly Operation[]> = { [I in keyof O]: O[I] extends OperationOf<infer T> ? T : unknown }

/** What a driver brings: the writes one by one or together, the reads, and its upkeep. */
export interface Driver {
  /** Makes the tables and indexes that are missing, and tells which: nothing else is done to what is there. */
  prepare(definitions: readonly AnyDefinition[]): Promise<string[]>
  write(operation: Operation): Promise<unknown>
  transaction(operations: readonly Operation[]): Promise<unknown[] | undefined>
  /** Makes records in the order given; when it fails, or its process dies, those that were made are the first of them. @throws UniqueConflict. */
  fill(definition: AnyDefinition, records: readonly object[]): Promise<void>
  find(definition: AnyDefinition, filter: object): Promise<object | undefined>
  list(definition: AnyDefinition, filter: object, page: Page<object>): Promise<object[]>
  /** Removes expired records of a collection that has an expiry, as many as the limit; `more` may be left. */
  sweep(definition: AnyDefinition, limit: number): Promise<{ removed: number; more: boolean }>
  ping(): Promise<void>
  hurry(): void
  pool?: () => Pool
  close(): Promise<void>
}

/** A key or a unique value is taken; `collection` says where. */
export class UniqueConflict extends Error {
  readonly collection: string

  constructor(collection: string, cause?: unknown) {
    super(`a record of ${collection} with this key or unique value exists`, { cause })
    this.name = 'UniqueConflict'
    this.collection = collection
  }
}
