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
 * The port on SQLite: one table a collection with the key, the record as JSON, and a column for each field that an index needs, so that a change
 * touches the indexes of the changed fields alone.
 * libsql is synchronous and its connection shared, so a transaction is one turn of the event loop.
 */
export function openSqlite(path: string, { collections, clock, synchronous }: SqliteOptions): Driver {
  if (path !== ':memory:') makePrivate(path)
  const connection = new Libsql(path)
  connection.exec(`PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`)
  for (const definition of collections) prepareTable(connection, definition)

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
function column(definition: AnyDefinition, field: string): string {
  if (field === definition.key) return 'key'
  return indexedFields(definition).includes(field) ? columnName(field) : inDocument(field)
}

const columnName = (field: string) => `"_${safe(field)}"`

const inDocument = (field: string) => `json_extract(doc, '$.${safe(field)}')`

function safe(field: string): string {
  if (!/^[A-Za-z_]\w*$/.test(field)) throw new TypeError(`${field} can't be a field of a filter or change`)
  return field
}

const known = new WeakMap<AnyDefinition, readonly string[]>()

/** The fields that have a column of their own. */
function indexedFields(definition: AnyDefinition): readonly string[] {
  let fields = known.get(definition)
  if (!fields) {
    const all = [...(definition.unique ?? []), ...(definition.indexes ?? []), definition.expiry ? [definition.expiry] : []].flat()
    fields = [...new Set(all)].filter((field) => field !== definition.key)
    known.set(definition, fields)
  }
  return fields
}

/** Makes the table, or gives an older one the columns that it lacks, filled from its records. */
function prepareTable(connection: Libsql.Database, definition: AnyDefinition): void {
  connection.exec(`CREATE TABLE IF NOT EXISTS ${table(definition)} (key TEXT NOT NULL PRIMARY KEY, doc TEXT NOT NULL)`)
  const columns = (connection.pragma(`table_info(${table(definition)})`) as { name: string }[]).map(({ name }) => `"${name}"`)
  for (const field of indexedFields(definition)) {
    const name = columnName(field)
    if (columns.includes(name)) continue
    connection.exec(
      `ALTER TABLE ${table(definition)} ADD COLUMN ${name}; UPDATE ${table(definition)} SET ${name} = ${inDocument(field)}`,
    )
  }
  const wanted = indexesOf(definition)
  for (const { name, origin } of connection.pragma(`index_list(${table(definition)})`) as { name: string; origin: string }[])
    if (origin === 'c' && !wanted.has(name)) connection.exec(`DROP INDEX "${name}"`) // of an older declaration
  for (const sql of wanted.values()) connection.exec(sql)
}

/** The statements that make its indexes, by name. The key ends those of lists, as it ends their order. */
function indexesOf(definition: AnyDefinition): Map<string, string> {
  const index = (kind: string, fields: readonly string[]): [string, string] => {
    const name = `${definition.name}_by_${fields.join('_')}`
    const columns = fields.map((field) => column(definition, field)).join(', ')
    return [name, `CREATE ${kind} IF NOT EXISTS "${name}" ON ${table(definition)} (${columns})`]
  }
  return new Map([
    ...(definition.unique ?? []).map((fields) => index('UNIQUE INDEX', fields)),
    ...(definition.indexes ?? []).map((fields) => index('INDEX', [...fields, definition.key])),
    ...(definition.expiry ? [index('INDEX', [definition.expiry])] : []),
  ])
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

function insertQuery(definition: AnyDefinition, record: Fields): Query {
  const fields = indexedFields(definition)
  return {
    sql: `INSERT INTO ${table(definition)} (key, doc${fields.map((f) => `, ${columnName(f)}`).join('')}) VALUES (?, ?${', ?'.repeat(fields.length)})`,
    values: [record[definition.key], JSON.stringify(record), ...fields.map((field) => bindable(record[field]))],
  }
}

function updateQuery(definition: AnyDefinition, filter: Fields, change: Change<object>, now: number): Query {
  const next = changed(definition, change)
  const where = seen(definition, filter, now)
  const one =
    typeof filter[definition.key] === 'string'
      ? where.sql
      : `rowid = (SELECT rowid FROM ${table(definition)} WHERE ${where.sql} LIMIT 1)`
  return {
    sql: `UPDATE ${table(definition)} SET ${next.sql} WHERE ${one} RETURNING doc`,
    values: [...next.values, ...where.values],
  }
}

function upsertQuery(definition: AnyDefinition, key: string, change: UpsertChange<object>, now: number): Query {
  const insert = insertQuery(definition, { [definition.key]: key, ...change.insert, ...change.inc, ...change.set })
  const next = changed(definition, change)
  const where = seen(definition, {}, now)
  return {
    sql: `${insert.sql} ON CONFLICT (key) DO UPDATE SET ${next.sql} WHERE ${where.sql} RETURNING doc`,
    values: [...insert.values, ...next.values, ...where.values],
  }
}

function removeQuery(definition: AnyDefinition, filter: Fields): Query {
  const where = matching(definition, filter)
  return { sql: `DELETE FROM ${table(definition)} WHERE ${where.sql}`, values: where.values }
}

/** The query of a list; tests ask for its plan. */
export function selectQuery(definition: AnyDefinition, filter: Fields, page: Page<object>, now: number): Query {
  const order = page.orderBy === undefined ? 'key' : column(definition, page.orderBy as string)
  const direction = page.descending ? 'DESC' : 'ASC'
  const where = seen(definition, filter, now)
  let sql = `SELECT doc FROM ${table(definition)} WHERE ${where.sql}`
  const values = [...where.values]
  const byKey = order === 'key' // named twice, SQLite would sort
  if (page.after) {
    sql += ` AND ${byKey ? 'key' : `(${order}, key)`} ${page.descending ? '<' : '>'} ${byKey ? '?' : '(?, ?)'}`
    values.push(...(byKey ? [page.after[1]] : page.after))
  }
  if (page.orderBy !== undefined || page.after) sql += ` ORDER BY ${byKey ? '' : `${order} ${direction}, `}key ${direction}`
  if (page.limit !== undefined) {
    sql += ' LIMIT ?'
    values.push(page.limit)
  }
  return { sql, values }
}

/** The new document, each set field replaced as JSON and each counted field added to, and the columns of the fields that change. */
function changed(definition: AnyDefinition, { set = {}, inc = {} }: Change<object>): Query {
  const columns = new Map<string, Query>()
  let sql = ''
  const values: unknown[] = []
  for (const [field, value] of Object.entries(set)) {
    sql += `, '$.${safe(field)}', json(?)`
    values.push(JSON.stringify(value))
    columns.set(field, { sql: '?', values: [bindable(value)] })
  }
  for (const [field, value] of Object.entries(inc)) {
    const sum = `coalesce(${column(definition, field)}, 0) + ?`
    sql += `, '$.${safe(field)}', ${sum}`
    values.push(value)
    columns.set(field, { sql: sum, values: [value] })
  }
  sql = sql ? `doc = json_set(doc${sql})` : 'doc = doc'
  for (const field of indexedFields(definition)) {
    const next = columns.get(field)
    if (!next) continue
    sql += `, ${columnName(field)} = ${next.sql}`
    values.push(...next.values)
  }
  return { sql, values }
}

/** As `json_extract` gives it: SQLite has no booleans, and what is nested is JSON. */
function bindable(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null)
}

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function matching(definition: AnyDefinition, filter: Fields): Query {
  const clauses: string[] = []
  const values: unknown[] = []
  for (const [field, wanted] of Object.entries(filter)) {
    if (typeof wanted !== 'object' || wanted === null) {
      clauses.push(`${column(definition, field)} IS ?`)
      values.push(bindable(wanted))
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
