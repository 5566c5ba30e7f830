import { z } from 'zod'
import { type ApiEntry, apiSchema, type ClientEntry, clientSchema, type UserEntry, userSchema } from './schemas.ts'

/** What can be read of a document that may have faults: of each entry the fields that are right, at their places. */
export interface Readable {
  clients: ReadonlyArray<Partial<ClientEntry>>
  users: ReadonlyArray<Partial<UserEntry>>
  apis: ReadonlyArray<Partial<ApiEntry>>
}

/** Reads what can be read, so that rules across fields and entries are asked of a faulty document, too, and all faults come at once. */
export const readableParts = (raw: unknown): Readable => ({
  clients: entriesOf(raw, 'clients').map((entry) => rightFields(clientSchema, entry)),
  users: entriesOf(raw, 'users').map((entry) => rightFields(userSchema, entry)),
  apis: entriesOf(raw, 'apis').map((entry) => rightFields(apiSchema, entry)),
})

const entriesOf = (raw: unknown, list: keyof Readable): unknown[] => {
  const entries = isObject(raw) ? raw[list] : undefined
  return Array.isArray(entries) ? entries : []
}

function rightFields<Schema extends z.ZodObject>(schema: Schema, entry: unknown): Partial<z.output<Schema>> {
  if (!isObject(entry)) return {}
  const fields = Object.entries(schema.shape).flatMap(([name, field]) => {
    const { success, data } = z.safeParse(field, entry[name])
    return success && data !== undefined ? [[name, data]] : []
  })
  return Object.fromEntries(fields)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
