import type { AnyDefinition } from './port.ts'

/** The most that one record, or one change of it, may hold, in bytes of JSON more or less: far from what MongoDB and a person's patience allow. */
const LARGEST = 4 * 1024 * 1024

/** A record, or a change of one, that no store should ever have to keep. */
export class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge'

  constructor(collection: string) {
    super(`a record of ${collection} would be larger than ${LARGEST / 1024 / 1024} MiB`)
  }
}

/**
 * Lets JSON values pass, which come back equal from every driver: strings, finite numbers, booleans, null, and lists and plain objects of these. Times are
 * numbers, large integers strings. @throws TypeError that names the place, RecordTooLarge.
 */
export function requireJson(definition: AnyDefinition, fields: object): void {
  if (sizeOf(fields, definition.name) > LARGEST) throw new RecordTooLarge(definition.name)
}

function sizeOf(value: unknown, where: string): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value)
    case 'boolean':
      return 5
    case 'number':
      if (Number.isFinite(value)) return 8
      break
    case 'object':
      return value === null ? 4 : sizeOfObject(value, where)
  }
  throw new TypeError(`${where} is ${typeof value === 'number' ? value : named(value)}`)
}

function sizeOfObject(value: object, where: string): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each, i) => sum + sizeOf(each, `${where}[${i}]`), 2)
  const kind = Object.prototype.toString.call(value)
  if (kind !== '[object Object]' || 'toJSON' in value) throw new TypeError(`${where} is no plain object: ${kind}`)
  let sum = 2
  for (const [name, each] of Object.entries(value)) {
    if (name.includes('\0')) throw new TypeError(`${where} has a field whose name has a NUL`)
    sum += Buffer.byteLength(name) + sizeOf(each, `${where}.${name}`)
  }
  return sum
}

const named = (value: unknown): string => (value === undefined ? 'undefined' : `a ${typeof value}`)

const bounds = new Set(['gt', 'gte', 'lt', 'lte'])

/**
 * Lets filters pass that mean the same on every driver, and never more than was written: a value for each field, or a range with a bound. No operator of a
 * database comes in with a caller's object. @throws TypeError.
 */
export function requireFilter({ name }: AnyDefinition, filter: object): void {
  for (const [field, wanted] of Object.entries(filter)) {
    const where = `${name}.${field}`
    if (wanted === null || typeof wanted !== 'object') sizeOf(wanted, where)
    else requireRange(where, wanted)
  }
}

function requireRange(where: string, range: object): void {
  const given = Object.entries(range)
  if (given.length === 0) throw new TypeError(`${where}: a range without a bound would match everything`)
  for (const [bound, value] of given) {
    if (!bounds.has(bound)) throw new TypeError(`${where}: ${bound} is no range`)
    if (typeof value !== 'string' && !Number.isFinite(value)) throw new TypeError(`${where}: a bound is a number or a string`)
  }
}
