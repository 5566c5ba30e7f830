import type { AnyDefinition, Change, Operation, Page, UpsertChange } from './port.ts'

export type Fields = Record<string, unknown>

export interface Query {
  sql: string
  values: unknown[]
}

export const table = ({ name }: AnyDefinition) => `"${name}"`

/** Field names come from our own declarations; the check keeps it so. */
export function column(definition: AnyDefinition, field: string): string {
  if (field === definition.key) return 'key'
  return indexedFields(definition).includes(field) ? columnName(field) : inDocument(field)
}

export const columnName = (field: string) => `"_${safe(field)}"`

export const inDocument = (field: string) => `json_extract(doc, '$.${safe(field)}')`

function safe(field: string): string {
  if (!/^[A-Za-z_]\w*$/.test(field)) throw new TypeError(`${field} can't be a field of a filter or change`)
  return field
}

const known = new WeakMap<AnyDefinition, readonly string[]>()

/** The fields that have a column of their own. */
export function indexedFields(definition: AnyDefinition): readonly string[] {
  let fields = known.get(definition)
  if (!fields) {
    const all = [...(definition.unique ?? []), ...(definition.indexes ?? []), definition.expiry ? [definition.expiry] : []].flat()
    fields = [...new Set(all)].filter((field) => field !== definition.key)
    known.set(definition, fields)
  }
  return fields
}

export function queryOf(operation: Operation, now: number): Query {
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
      clauses.push(`${column(definition, field)} ${operators[name as keyof typeof operators]} ?`)
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
