import type Libsql from 'libsql'
import type { AnyDefinition } from './port.ts'
import { column, columnName, inDocument, indexedFields, table } from './sqlite-queries.ts'

/** Makes the tables, all or none: of processes that open a new file at once, one makes them and the others find them made. */
export function prepareTables(connection: Libsql.Database, definitions: readonly AnyDefinition[]): void {
  connection.exec('BEGIN IMMEDIATE')
  try {
    for (const definition of definitions) prepareTable(connection, definition)
    connection.exec('COMMIT')
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK')
    throw error
  }
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
