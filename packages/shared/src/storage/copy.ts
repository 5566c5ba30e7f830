import { ExpectedError } from '../run-main.ts'
import { createDatabase } from './database.ts'
import { digestOf } from './digest.ts'
import { naming, openDriver, orClose, placeOf } from './open-driver.ts'
import { type AnyDefinition, type Driver, type Page, UniqueConflict } from './port.ts'
import { fingerprintOf, isOf, refuseNewer, requireMigrated, type Schema, type SchemaVersion, schemaVersions } from './schema.ts'

export interface CopyOptions {
  from: string
  to: string
  /** What messages call the variable of the target. */
  variable: string
  schema: Schema
  /** When the copy began, in milliseconds: what had expired by then is seen on neither side. */
  at: number
}

/** What both databases hold of a collection. */
export interface Agreed {
  collection: string
  records: number
  /** Of all records in the order of their keys; equal on every driver. */
  digest: string
}

/** The records of one service on their way to another database. Killed at any moment, one that is opened anew goes on where this one was. */
export interface Copy {
  service: string
  /** `new`: the target is empty. `begun`: it holds a part of this source. `finished`: it held all of it once, and is left alone. */
  state: 'new' | 'begun' | 'finished'
  /** From here on nobody may work on the target, and nothing but a copy of this source goes on in it. */
  begin(): Promise<void>
  /** Writes what the target lacks; tells how many records of a collection were written by now. */
  run(told: (collection: string, records: number) => void): Promise<void>
  /** Reads both again. @throws ExpectedError when they do not agree. */
  compare(): Promise<Agreed[]>
  /** Lets a suite work on the target. */
  finish(): Promise<void>
  close(): Promise<void>
}

/** Few enough that large records fit into memory, many enough that waiting for the disk costs little. */
const PAGE = 200
/** Nobody waits before a page. */
const PATIENCE_MS = 60_000

/**
 * Opens both ends; the target gets its tables, and no records yet.
 * @throws ExpectedError when the source is of another schema, or the target holds anything but an unfinished copy of this source.
 */
export async function openCopy({ from, to, variable, schema, at }: CopyOptions): Promise<Copy> {
  const options = { clock: { now: () => at }, patienceMs: PATIENCE_MS, appName: 'menshen-copy' }
  const source = await openDriver(from, options)
  await orClose(source, from, () => requireMigrated(source, schema))
  try {
    const target = await naming(variable, () => openDriver(to, options))
    const state = await orClose(target, to, () => stateOf(target, schema, { from: placeOf(from), to: placeOf(to) }))
    return createCopy({ source, target, schema, state, from: placeOf(from) })
  } catch (error) {
    await source.close()
    throw error
  }
}

async function stateOf(target: Driver, schema: Schema, { from, to }: Record<'from' | 'to', string>): Promise<Copy['state']> {
  await target.prepare([schemaVersions])
  const stored = (await target.find(schemaVersions, { service: schema.service })) as SchemaVersion | undefined
  refuseNewer(stored, schema)
  if (stored?.copy?.from === from && isOf(stored, schema)) return stored.copy.finished ? 'finished' : 'begun'
  if (stored && (stored.copy || !isOf(stored, schema))) throw new ExpectedError(inTheWay(to, from))
  await target.prepare(schema.collections)
  for (const definition of schema.collections)
    if ((await target.list(definition, {}, { limit: 1 })).length > 0) throw new ExpectedError(inTheWay(to, from))
  return 'new'
}

const inTheWay = (to: string, from: string) =>
  `${to} is no empty database, and no unfinished copy of ${from}: name another one, or remove it; nothing was changed`

interface Ends {
  source: Driver
  target: Driver
  schema: Schema
  state: Copy['state']
  /** Where the source is. */
  from: string
}

function createCopy({ source, target, schema, state, from }: Ends): Copy {
  const { service, version, collections } = schema
  const mark = async (finished: boolean) => {
    if (state === 'finished') return
    const versions = createDatabase(target, [schemaVersions]).collection(schemaVersions)
    await versions.upsert(service, { set: { version, fingerprint: fingerprintOf(schema), copy: { from, finished } } })
  }
  return {
    service,
    state,
    begin: () => mark(false),
    async run(told) {
      if (state === 'finished') return
      for (const definition of collections)
        await fill(definition, { source, target }, (records) => told(definition.name, records))
    },
    async compare() {
      const agreed: Agreed[] = []
      for (const definition of collections) agreed.push(await compare(definition, { service, source, target }))
      return agreed
    },
    finish: () => mark(true),
    async close() {
      await Promise.all([source.close(), target.close()])
    },
  }
}

/** Goes on behind the last record that is there: all are written in the order of their keys. */
async function fill(
  definition: AnyDefinition,
  { source, target }: Pick<Ends, 'source' | 'target'>,
  told: (records: number) => void,
) {
  const [last] = await target.list(definition, {}, { ...byKey(definition), descending: true, limit: 1 })
  let written = 0
  for await (const records of pages(source, definition, last && keyOf(definition, last))) {
    await target.fill(definition, records).catch((error) => {
      throw error instanceof UniqueConflict
        ? new ExpectedError(`somebody else writes ${definition.name} into the target: stop that first`)
        : error
    })
    written += records.length
    told(written)
  }
}

async function compare(
  definition: AnyDefinition,
  { service, source, target }: Pick<Ends, 'source' | 'target'> & { service: string },
) {
  const here = await digestOf(pages(source, definition))
  const there = await digestOf(pages(target, definition))
  if (here.digest === there.digest) return { collection: definition.name, ...here }
  throw new ExpectedError(
    `${definition.name} of ${service} differ: ${here.records} records in the source, ${there.records} in the target. Somebody wrote to one of them meanwhile:
stop that, remove the target's databases, and copy anew; the source is as it was`,
  )
}

async function* pages(driver: Driver, definition: AnyDefinition, after?: string): AsyncGenerator<object[]> {
  for (let last = after; ; ) {
    const position = last === undefined ? {} : { after: [last, last] as const }
    const records = await driver.list(definition, {}, { ...byKey(definition), ...position, limit: PAGE })
    const end = records.at(-1)
    if (end === undefined) return
    yield records
    last = keyOf(definition, end)
  }
}

const byKey = ({ key }: AnyDefinition) => ({ orderBy: key }) as Page<object>

const keyOf = ({ key }: AnyDefinition, record: object): string => (record as Record<string, string>)[key] as string
