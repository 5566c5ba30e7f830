import type mongoose from 'mongoose'
import type { Clock } from '../clock.ts'
import { shareClient } from './mongo-client.ts'
import { createReach } from './mongo-faults.ts'
import { prepareCollections, storedName } from './mongo-indexes.ts'
import {
  type AnyDefinition,
  type Change,
  type Driver,
  type Operation,
  type Page,
  UniqueConflict,
  type UpsertChange,
} from './port.ts'
import { DatabaseUnavailable } from './unavailable.ts'

export interface MongoOptions {
  clock: Clock
  /** How long a call waits at most, in milliseconds. */
  patienceMs: number
  appName: string
  startPatienceMs: number
}

type Fields = Record<string, unknown>
type Session = mongoose.mongo.ClientSession
type Stored = Fields & { _id: string }
type MongoChange = mongoose.mongo.UpdateFilter<Stored>

/**
 * The port on MongoDB (a replica set: transactions need one). The key is the `_id`.
 * Reads are local to the primary, so they see what the last findAndModify saw; writes wait for majority and journal.
 */
export async function openMongo(url: string, { clock, patienceMs, appName, startPatienceMs }: MongoOptions): Promise<Driver> {
  const { client, db, pool, letGo } = await shareClient(url, { appName, patienceMs, startPatienceMs })
  let patience = Math.max(patienceMs, FIRST_CALLS_PATIENCE_MS)
  const patiently = createReach(() => patience)
  const stored = ({ name }: AnyDefinition) => db.collection<Stored>(name)

  async function apply(operation: Operation, session?: Session): Promise<unknown> {
    const { definition } = operation
    const options = session ? { session } : {}
    switch (operation.type) {
      case 'insert':
        await stored(definition).insertOne(storedForm(definition, operation.record as Fields), options)
        return undefined
      case 'update': {
        const filter = seen(definition, operation.filter as Fields, clock.now())
        const change = session ? counted(operation.change) : operation.change
        const found = await stored(definition).findOneAndUpdate(filter, changeOf(change), {
          ...options,
          returnDocument: 'after',
        })
        return found ? recordOf(definition, found) : undefined
      }
      case 'upsert': {
        const filter = seen(definition, { [definition.key]: operation.key }, clock.now())
        const change = session ? counted(operation.change) : operation.change
        const made = await stored(definition).findOneAndUpdate(filter, upsertOf(change), {
          ...options,
          upsert: true,
          returnDocument: 'after',
        })
        return recordOf(definition, made as Stored)
      }
      case 'remove':
        return (await stored(definition).deleteMany(matching(definition, operation.filter as Fields), options)).deletedCount
    }
  }

  const write = (operation: Operation, session?: Session) => making(operation.definition, () => apply(operation, session))

  function transaction(operations: readonly Operation[]): Promise<unknown[] | undefined> {
    const endsAt = performance.now() + patience
    return client.withSession((session) =>
      session.withTransaction(
        async () => {
          if (performance.now() > endsAt) throw new DatabaseUnavailable(new Error('its caller has gone')) // not tried again
          const results: unknown[] = []
          for (const operation of operations) {
            const result = await write(operation, session)
            if (result === undefined && operation.type === 'update') {
              await session.abortTransaction()
              return undefined
            }
            results.push(result)
          }
          return results
        },
        { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } },
      ),
    )
  }

  return {
    prepare: (definitions) => prepareCollections(db, definitions),

    write: (operation) => patiently(() => write(operation)),

    transaction: (operations) => patiently(() => transaction(operations)),

    fill: (definition, records) =>
      patiently(() =>
        making(definition, async () => {
          const made = stored(definition).insertMany(records.map((each) => storedForm(definition, each as Fields))) // in their order
          await made.catch(withoutRecords)
        }),
      ),

    async find(definition, filter) {
      const found = await patiently(() => stored(definition).findOne(seen(definition, filter as Fields, clock.now())))
      return found ? recordOf(definition, found) : undefined
    },

    async list(definition, filter, page) {
      const { wanted, options } = listQuery(definition, filter as Fields, page, clock.now())
      const found = await patiently(() => stored(definition).find(wanted, options).toArray())
      return found.map((each) => recordOf(definition, each))
    },

    async sweep(definition, limit) {
      const expired: object = { [definition.expiry ?? '_id']: { $lte: clock.now() } }
      const found = await stored(definition)
        .find(expired, { projection: { _id: 1 }, limit })
        .toArray()
      const { deletedCount } = await stored(definition).deleteMany({ _id: { $in: found.map(({ _id }) => _id) }, ...expired })
      return { removed: deletedCount, more: found.length === limit } // another process may remove some of the same
    },

    async ping() {
      await patiently(() => db.command({ ping: 1 }))
    },

    hurry() {
      patience = patienceMs
    },

    pool,

    close: letGo,
  }
}

/** How long a call may take while a service starts and nobody waits for it, in milliseconds. */
const FIRST_CALLS_PATIENCE_MS = 20_000

const duplicateKey = 11000

/** The error of a write of many holds all of them; that of its connection is within. */
function withoutRecords(error: { errorResponse?: unknown }): never {
  throw error.errorResponse instanceof Error ? error.errorResponse : error
}

async function making<T>({ name }: AnyDefinition, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as { code?: unknown }).code === duplicateKey) throw new UniqueConflict(name, error)
    throw error
  }
}

function storedForm({ key }: AnyDefinition, record: Fields): Stored {
  const { [key]: _id, ...rest } = record
  return { _id: _id as string, ...rest }
}

function recordOf({ key }: AnyDefinition, { _id, [writes]: _, ...rest }: Stored): Fields {
  return { [key]: _id, ...rest }
}

/** Counts what transactions do to a record, out of sight. */
const writes = '_writes'

/**
 * A change that always writes: MongoDB skips one that changes nothing, and a transaction that wrote nothing to a record does not exclude another one that
 * does.
 */
const counted = <C extends UpsertChange<object>>(change: C): C => ({ ...change, inc: { ...change.inc, [writes]: 1 } })

const changeOf = ({ set = {}, inc = {} }: Change<object>): MongoChange => nonEmpty({ $set: set, $inc: inc })

/** MongoDB refuses a field that stands in two of these, so what is set or counted is not inserted too. */
function upsertOf({ set = {}, inc = {}, insert = {} }: UpsertChange<object>): MongoChange {
  const rest = Object.entries(insert).filter(([field]) => !(field in set) && !(field in inc))
  return nonEmpty({ $set: set, $inc: inc, $setOnInsert: Object.fromEntries(rest) })
}

/** MongoDB refuses an empty operator. */
const nonEmpty = (change: object) =>
  Object.fromEntries(Object.entries(change).filter(([, fields]) => Object.keys(fields).length > 0)) as MongoChange

function matching(definition: AnyDefinition, filter: Fields): object {
  const wanted: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(filter)) {
    wanted[storedName(definition, field)] = typeof value === 'object' && value !== null ? rangeOf(value) : value
  }
  return wanted
}

const rangeOf = (range: object): object => Object.fromEntries(Object.entries(range).map(([name, bound]) => [`$${name}`, bound]))

/** Matching and not expired; a null expiry never expires. */
function seen(definition: AnyDefinition, filter: Fields, now: number): object {
  const { expiry } = definition
  return expiry ? { $and: [matching(definition, filter), { [expiry]: { $not: { $lte: now } } }] } : matching(definition, filter)
}

/** The query of a list; tests ask for its plan. */
export function listQuery(definition: AnyDefinition, filter: Fields, page: Page<object>, now: number) {
  const order = storedName(definition, (page.orderBy as string | undefined) ?? definition.key)
  const direction = page.descending ? (-1 as const) : (1 as const)
  const sort = order === '_id' ? { _id: direction } : { [order]: direction, _id: direction }
  const ordered = page.orderBy !== undefined || page.after !== undefined
  const options = { ...(ordered && { sort }), ...(page.limit !== undefined && { limit: page.limit }) }
  return { wanted: pageFilter(definition, filter, page, now), options }
}

function pageFilter(
  definition: AnyDefinition,
  filter: Fields,
  { orderBy, descending, after }: Page<object>,
  now: number,
): object {
  const wanted = seen(definition, filter, now)
  if (!after) return wanted
  const order = storedName(definition, (orderBy as string | undefined) ?? definition.key)
  const beyond = descending ? '$lt' : '$gt'
  const [value, key] = after
  const rest =
    order === '_id'
      ? { _id: { [beyond]: key } }
      : {
          [order]: { [`${beyond}e`]: value }, // where the index is entered
          $or: [{ [order]: { [beyond]: value } }, { [order]: value, _id: { [beyond]: key } }],
        }
  return { $and: [wanted, rest] }
}
