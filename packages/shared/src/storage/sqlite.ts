import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Libsql from 'libsql'
import type { Clock } from '../clock.ts'
import {
  type AnyDefinition,
  type Change,
  type Driver,
  type Operation,
  type Page,
  UniqueConflict,
  type UpsertChange,
} from './port.ts'

export interface SqliteOptions {
  collections: readonly AnyDefinition[]
  clock: Clock
  synchronous: 'normal' | 'full'
}

type Fields = Record<string, unknown>
/** One column: the document. */
type Row = [doc: string]

/**
 * The port on SQLite: one table a collection with the key and the record as JSON, indexes on expressions.
 * libsql is synchronous and its connection shared, so a transaction is one turn of the event loop.
 */
export function openSqlite(path: string, { collections, clock, synchronous }: SqliteOptions): Driver {
  if (path !== ':memory:') makePrivate(path)
  const connection = new Libsql(path)
  connection.exec(`PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`)
  for (const definition of collections) for (const sql of schemaOf(definition)) connection.exec(sql)

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

  return {
    write: async (operation) => write(operation),

    async transaction(operations) {
      connection.exec('BEGIN IMMEDIATE')
      try {
        const results: unknown[] = []
        for (const operation of operations) {
          const result = write(operation)
          if (result === undefined && operation.type === 'update') {
            connection.exec('ROLLBACK')
            return undefined
          }
          results.push(result)
        }
        connection.exec('COMMIT')
        return results
      } catch (error) {
        if (connection.inTransaction) connection.exec('ROLLBACK')
        throw error
      }
    },

    find: async (definition, filter) => record(first(selectQuery(definition, filter as Fields, { limit: 1 }, clock.now()))),

    list: async (definition, filter, page) =>
      rows(selectQuery(definition, filter as Fields, page, clock.now())).map(([doc]) => JSON.parse(doc)),

    async sweep(definition, limit) {
      const expired = `SELECT rowid FROM ${table(definition)} WHERE ${column(definition, definition.expiry ?? definition.key)} <= ? LIMIT ?`
      const removed = statement(`DELETE FROM ${table(definition)} WHERE rowid IN (${expired})`).run(clock.now(), limit).changes
      return { removed, more: removed === limit }
    },

    async ping() {
      statement('SELECT 1').all()
    },

    async close() {
      prepared.clear()
      connection.exec('PRAGMA wal_checkpoint(TRUNCATE)') // so that the file alone is a whole copy
      connection.close()
    },
  }
}

/** A new file, and the folders that it needs, are for their owner alone; SQLite gives -wal and -shm the rights of the file. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
}

interface Query {
  sql: string
  values: unknown[]
}

const table = ({ name }: AnyDefinition) => `"${name}"`

/** Field names come from our own declarations; the check keeps it so. */
function column({ key }: AnyDefinition, field: string): string {
  if (!/^[A-Za-z_]\w*$/.test(field)) throw new TypeError(`${field} can't be a field of a filter or change`)
  return field === key ? 'key' : `json_extract(doc, '$.${field}')`
}

function schemaOf(definition: AnyDefinition): string[] {
  const index = (kind: string, fields: readonly string[]) =>
    `CREATE ${kind} IF NOT EXISTS "${definition.name}_${fields.join('_')}" ON ${table(definition)} (${fields.map((f) => column(definition, f)).join(', ')})`
  return [
    `CREATE TABLE IF NOT EXISTS ${table(definition)} (key TEXT NOT NULL PRIMARY KEY, doc TEXT NOT NULL)`,
    ...(definition.unique ?? []).map((fields) => index('UNIQUE INDEX', fields)),
    ...(definition.indexes ?? []).map((fields) => index('INDEX', fields)),
    ...(definition.expiry ? [index('INDEX', [definition.expiry])] : []),
  ]
}

function queryOf(operation: Operation, now: number): Query {
  switch (operation.type) {
    case 'insert':
      return insertQuery(operation.definition, operation.record as Fields)
    case 'update':
      return updateQuery(operation.definition, operation.filter as Fields, operation.change, now)
    case 'upsert':
      return upsertQuery(operation.definition, operation.key, operation.change, now)
    case 'remove':
      return removeQuery(operation.definition, operation.filter as Fields)
  }
}

const insertQuery = (definition: AnyDefinition, record: Fields): Query => ({
  sql: `INSERT INTO ${table(definition)} (key, doc) VALUES (?, ?)`,
  values: [record[definition.key], JSON.stringify(record)],
})

function updateQuery(definition: AnyDefinition, filter: Fields, change: Change<object>, now: number): Query {
  const next = changedDocument(definition, change)
  const where = seen(definition, filter, now)
  return {
    sql: `UPDATE ${table(definition)} SET doc = ${next.sql} WHERE rowid = (SELECT rowid FROM ${table(definition)} WHERE ${where.sql} LIMIT 1) RETURNING doc`,
    values: [...next.values, ...where.values],
  }
}

function upsertQuery(definition: AnyDefinition, key: string, change: UpsertChange<object>, now: number): Query {
  const record = { [definition.key]: key, ...change.insert, ...change.inc, ...change.set }
  const next = changedDocument(definition, change)
  const where = seen(definition, {}, now)
  return {
    sql: `INSERT INTO ${table(definition)} (key, doc) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET doc = ${next.sql} WHERE ${where.sql} RETURNING doc`,
    values: [key, JSON.stringify(record), ...next.values, ...where.values],
  }
}

function removeQuery(definition: AnyDefinition, filter: Fields): Query {
  const where = matching(definition, filter)
  return { sql: `DELETE FROM ${table(definition)} WHERE ${where.sql}`, values: where.values }
}

function selectQuery(definition: AnyDefinition, filter: Fields, page: Page<object>, now: number): Query {
  const order = page.orderBy === undefined ? 'key' : column(definition, page.orderBy as string)
  const direction = page.descending ? 'DESC' : 'ASC'
  const where = seen(definition, filter, now)
  let sql = `SELECT doc FROM ${table(definition)} WHERE ${where.sql}`
  const values = [...where.values]
  if (page.after) {
    sql += ` AND (${order}, key) ${page.descending ? '<' : '>'} (?, ?)`
    values.push(...page.after)
  }
  if (page.orderBy !== undefined || page.after) sql += ` ORDER BY ${order} ${direction}, key ${direction}`
  if (page.limit !== undefined) {
    sql += ' LIMIT ?'
    values.push(page.limit)
  }
  return { sql, values }
}

/** The new document: each set field replaced as JSON, each counted field added to. */
function changedDocument(definition: AnyDefinition, { set = {}, inc = {} }: Change<object>): Query {
  let sql = ''
  const values: unknown[] = []
  for (const [field, value] of Object.entries(set)) {
    column(definition, field)
    sql += `, '$.${field}', json(?)`
    values.push(JSON.stringify(value))
  }
  for (const [field, value] of Object.entries(inc)) {
    sql += `, '$.${field}', coalesce(${column(definition, field)}, 0) + ?`
    values.push(value)
  }
  return { sql: sql ? `json_set(doc${sql})` : 'doc', values }
}

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function matching(definition: AnyDefinition, filter: Fields): Query {
  const clauses: string[] = []
  const values: unknown[] = []
  for (const [field, wanted] of Object.entries(filter)) {
    if (typeof wanted !== 'object' || wanted === null) {
      clauses.push(`${column(definition, field)} IS ?`)
      values.push(typeof wanted === 'boolean' ? Number(wanted) : wanted)
      continue
    }
    for (const [name, bound] of Object.entries(wanted)) {
      const operator = operators[name as keyof typeof operators]
      if (!operator) throw new TypeError(`${definition.name}.${field}: ${name} is no range`)
      clauses.push(`${column(definition, field)} ${operator} ?`)
      values.push(bound)
    }
  }
  return { sql: clauses.join(' AND ') || 'true', values }
}

/** Matching and not expired; a null expiry never expires. */
function seen(definition: AnyDefinition, filter: Fields, now: number): Query {
  const where = matching(definition, filter)
  if (!definition.expiry) return where
  return { sql: `${where.sql} AND (${column(definition, definition.expiry)} > ?) IS NOT 0`, values: [...where.values, now] }
}
