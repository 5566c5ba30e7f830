import type Libsql from 'libsql'
import type { AnyDefinition } from './port.ts'
import { column, columnName, inDocument, indexedFields, table } from './sqlite-queries.ts'

/**
 * Makes the tables, all or none, and tells what was missing: of processes that open a new file at once, one makes them and the others find them made.
 */
export function prepareTables(connection: Libsql.Database, definitions: readonly AnyDefinition[]): string[] {
  connection.exec('BEGIN IMMEDIATE')
  try {
    const steps = definitions.flatMap((definition) => prepareTable(connection, definition))
    connection.exec('COMMIT')
    return steps
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK')
    throw error
  }
}

/** Makes the table, or gives an older one the columns and indexes that it lacks, filled from its records. */
function prepareTable(connection: Libsql.Database, definition: AnyDefinition): string[] {
  const { name } = definition
  const steps: string[] = []
  const columns = (connection.pragma(`table_info(${table(definition)})`) as { name: string }[]).map((each) => `"${each.name}"`)
  if (columns.length === 0) {
    connection.exec(`CREATE TABLE IF NOT EXISTS ${table(definition)} (key TEXT NOT NULL PRIMARY KEY, doc TEXT NOT NULL)`)
    steps.push(`made table ${name}`)
  }
  for (const field of indexedFields(definition)) {
    const wanted = columnName(field)
    if (columns.includes(wanted)) continue
    connection.exec(`ALTER TABLE ${table(definition)} ADD COLUMN ${wanted}`)
    if (columns.length === 0) continue
    connection.exec(`UPDATE ${table(definition)} SET ${wanted} = ${inDocument(field)}`)
    steps.push(`made column ${name}.${field}`)
  }
  return [...steps, ...prepareIndexes(connection, definition)]
}

/** A unique index that is declared no more stays: processes of the version before rely on it. */
function prepareIndexes(connection: Libsql.Database, definition: AnyDefinition): string[] {
  const wanted = indexesOf(definition)
  const there = new Set<string>()
  const steps: string[] = []
  const listed = connection.pragma(`index_list(${table(definition)})`) as { name: string; origin: string; unique: number }[]
  for (const { name, unique } of listed.filter(({ origin }) => origin === 'c')) {
    there.add(name)
    if (wanted.has(name) || unique) continue
    connection.exec(`DROP INDEX "${name}"`)
    steps.push(`removed index ${name}`)
  }
  for (const [name, sql] of wanted) {
    if (there.has(name)) continue
    connection.exec(sql)
    steps.push(`made index ${name}`)
  }
  return steps
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
