import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Libsql from 'libsql'
import type { Clock } from '../clock.ts'
import { type AnyDefinition, type Driver, type Operation, UniqueConflict } from './port.ts'
import { isSqliteAway } from './sqlite-faults.ts'
import { column, type Fields, type Query, queryOf, selectQuery, table } from './sqlite-queries.ts'
import { prepareTables } from './sqlite-tables.ts'
import { DatabaseUnavailable } from './unavailable.ts'

export interface SqliteOptions {
  clock: Clock
  synchronous: 'normal' | 'full'
}

/** How long another process may hold the file before a call fails, in milliseconds: this process does nothing else meanwhile. */
const BUSY_MS = 2500

/** One column: the document. */
type Row = [doc: string]

/**
 * The port on SQLite: one table a collection with the key, the record as JSON, and a column for each field that an index needs, so that a change
 * touches the indexes of the changed fields alone.
 * libsql is synchronous and its connection shared, so a transaction is one turn of the event loop.
 */
export function openSqlite(path: string, { clock, synchronous }: SqliteOptions): Driver {
  if (path !== ':memory:') makePrivate(path)
  const connection = new Libsql(path)
  connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`)

  const prepared = new Map<string, Libsql.Statement>()
  function statement(sql: string): Libsql.Statement {
    let found = prepared.get(sql)
    if (!found) {
      found = connection.prepare(sql)
      if (found.reader) found.raw(true)
      prepared.set(sql, found)
    }
    return found
  }
  const record = (row: Row | undefined): object | undefined => row && JSON.parse(row[0])
  const rows = ({ sql, values }: Query) => statement(sql).all(...values) as Row[]
  const first = ({ sql, values }: Query) => statement(sql).get(...values) as Row | undefined

  function apply(operation: Operation): unknown {
    const query = queryOf(operation, clock.now())
    if (operation.type === 'remove' || operation.type === 'insert') {
      const { changes } = statement(query.sql).run(...query.values)
      return operation.type === 'remove' ? changes : undefined
    }
    const row = rows(query)[0] // not `first`: a statement with RETURNING must be stepped to its end
    if (!row && operation.type === 'upsert') throw new UniqueConflict(operation.definition.name)
    return record(row)
  }

  function write(operation: Operation): unknown {
    try {
      return apply(operation)
    } catch (error) {
      if (String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT'))
        throw new UniqueConflict(operation.definition.name, error)
      throw error
    }
  }

  function transaction(operations: readonly Operation[]): unknown[] | undefined {
    statement('BEGIN IMMEDIATE').run()
    try {
      const results: unknown[] = []
      for (const operation of operations) {
        const result = write(operation)
        if (result === undefined && operation.type === 'update') {
          statement('ROLLBACK').run()
          return undefined
        }
        results.push(result)
      }
      statement('COMMIT').run()
      return results
    } catch (error) {
      if (connection.inTransaction) statement('ROLLBACK').run()
      throw error
    }
  }

  function sweep(definition: AnyDefinition, limit: number) {
    const expired = `SELECT rowid FROM ${table(definition)} WHERE ${column(definition, definition.expiry ?? definition.key)} <= ? LIMIT ?`
    const removed = statement(`DELETE FROM ${table(definition)} WHERE rowid IN (${expired})`).run(clock.now(), limit).changes
    return { removed, more: removed === limit }
  }

  function reaching<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!isSqliteAway(error)) throw error
      prepared.clear() // libsql leaves the statement that failed open, which holds up checkpoints until it is collected
      throw new DatabaseUnavailable(error)
    }
  }

  return {
    prepare: async (definitions) => reaching(() => prepareTables(connection, definitions)),

    write: async (operation) => reaching(() => write(operation)),

    transaction: async (operations) => reaching(() => transaction(operations)),

    async fill(definition, records) {
      reaching(() => transaction(records.map((each) => ({ type: 'insert', definition, record: each }))))
    },

    find: async (definition, filter) =>
      reaching(() => record(first(selectQuery(definition, filter as Fields, { limit: 1 }, clock.now())))),

    list: async (definition, filter, page) =>
      reaching(() => rows(selectQuery(definition, filter as Fields, page, clock.now())).map(([doc]) => JSON.parse(doc))),

    sweep: async (definition, limit) => reaching(() => sweep(definition, limit)),

    async ping() {
      reaching(() => statement('SELECT 1').all())
    },

    hurry() {}, // what another process may hold up is short at any time

    async close() {
      prepared.clear()
      try {
        connection.exec('PRAGMA wal_checkpoint(TRUNCATE)') // so that the file alone is a whole copy
      } catch (error) {
        if (!isSqliteAway(error)) throw error // else the next start finds the rest in the -wal file
      } finally {
        connection.close()
      }
    },
  }
}

/** A new file, and the folders that it needs, are for their owner alone; SQLite gives -wal and -shm the rights of the file. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
}
