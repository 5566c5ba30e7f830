import type mongoose from 'mongoose'
import type { AnyDefinition } from './port.ts'

type Db = mongoose.mongo.Db

/** What a field is called where it is stored: the key is the `_id`. */
export const storedName = ({ key }: AnyDefinition, field: string) => (field === key ? '_id' : field)

/**
 * Makes the collections and indexes that are missing and tells which. One that is declared no more stays: processes of the version before may use it.
 * Index builds leave reads and writes going, and take as long as they take.
 */
export async function prepareCollections(db: Db, definitions: readonly AnyDefinition[]): Promise<string[]> {
  const listed = await db.listCollections({ name: { $in: definitions.map(({ name }) => name) } }, { nameOnly: true }).toArray()
  const there = new Set(listed.map(({ name }) => name))
  const steps = await Promise.all(definitions.map((each) => prepareCollection(db, each, there.has(each.name))))
  return steps.flat()
}

async function prepareCollection(db: Db, definition: AnyDefinition, isThere: boolean): Promise<string[]> {
  const { name } = definition
  const made = isThere ? [] : await make(db, name)
  const wanted = indexesOf(definition)
  if (wanted.length === 0) return made
  const known = new Set(isThere ? (await db.collection(name).indexes()).map(({ key }) => nameOf(key)) : [])
  const missing = wanted.filter(({ key }) => !known.has(nameOf(key)))
  if (missing.length > 0) await db.collection(name).createIndexes(missing)
  return [...made, ...missing.map(({ key }) => `made index ${name} by ${nameOf(key)}`)]
}

const namespaceExists = 48

/** In transactions MongoDB makes collections with conflicts between those that do so at once. */
async function make(db: Db, name: string): Promise<string[]> {
  try {
    await db.createCollection(name)
    return [`made collection ${name}`]
  } catch (error) {
    if ((error as { code?: unknown }).code === namespaceExists) return [] // another process was faster
    throw error
  }
}

const nameOf = (key: object) => Object.keys(key).join(', ')

function indexesOf(definition: AnyDefinition) {
  const index = (fields: readonly string[], unique: boolean) => ({
    key: Object.fromEntries(fields.map((field) => [storedName(definition, field), 1 as const])),
    unique,
  })
  return [
    ...(definition.unique ?? []).map((fields) => index(fields, true)),
    ...(definition.indexes ?? []).map((fields) => index([...fields, definition.key], false)), // the key ends the order of lists
    ...(definition.expiry ? [index([definition.expiry], false)] : []),
  ]
}
