import { ExpectedError } from '../run-main.ts'
import type { Parser } from './parsers.ts'

/** The variables of a process, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>

/** `development` unless `NODE_ENV=production`; `MENSHEN_PROFILE=demo` makes that `demo`: containers on one's own machine. */
export type Profile = 'development' | 'demo' | 'production'

/** A value that works in development, before it is used elsewhere. */
export interface Given<T> {
  value: T
  /** Whether the variable was set, or the default is used. */
  isSet: boolean
  profile: Profile
  env: Env
}

/** What a value has to be outside development. */
export interface ProductionRule<T> {
  /** In words, for the documentation. */
  demands: string
  /** What to set instead, or nothing when the value will do; not asked in development. */
  refusal(given: Given<T>): string | undefined
}

/** One setting: a row of the table that the program reads and the documentation is printed from. */
export interface Setting<T> {
  variable: string
  parse: Parser<T>
  /** Without this property the variable is required; `undefined` makes the setting optional. */
  default?: T | undefined
  /** One sentence, for the documentation. */
  about: string
  production?: ProductionRule<NoInfer<T>>
  /** Its value is never echoed in a message. */
  secret?: boolean
}

export type SettingsTable = Readonly<Record<string, Setting<unknown>>>

/** What a table is read as: each setting has the type of its parser, optional ones also `undefined`. */
export type SettingsOf<Table> = { readonly [Name in keyof Table]: Parsed<Table[Name]> | NoDefault<Table[Name]> }

type Parsed<Row> = Row extends { parse: Parser<infer T> } ? T : never
type NoDefault<Row> = Row extends { default: undefined } ? undefined : never

/** Holds each row to the type of its parser. */
type Consistent<Table> = { readonly [Name in keyof Table]: Setting<Parsed<Table[Name]>> }

/** Thrown with one line for each setting at fault. */
export class SettingsError extends ExpectedError {
  override readonly name = 'SettingsError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/** Types a table by its parsers: `defineSettings({ port: { variable: 'PORT', parse: port, default: 8060, about: '…' } })`. */
export const defineSettings = <const Table extends SettingsTable>(table: Table & Consistent<Table>): Table => table

/** The settings of a table, frozen; throws one SettingsError that names all faults. An empty variable counts as not set. */
export function loadSettings<Table extends SettingsTable>(table: Table, env: Env): SettingsOf<Table> {
  const faults: string[] = []
  const profile = profileOf(env, faults)
  const settings: Record<string, unknown> = {}
  for (const [name, row] of Object.entries(table)) {
    const result = readSetting(row, env, profile)
    if ('fault' in result) faults.push(`${row.variable}: ${result.fault}`)
    else settings[name] = result.value
  }
  if (faults.length > 0) throw new SettingsError(faults)
  return Object.freeze(settings) as SettingsOf<Table>
}

/** Demands https outside development; the demo profile also takes http on this machine. */
export const mustBeHttps: ProductionRule<string | undefined> = {
  demands: 'https (or http on localhost with `MENSHEN_PROFILE=demo`)',
  refusal({ value, profile }) {
    if (value === undefined || value.startsWith('https://')) return undefined
    if (profile === 'production') return 'must be an https URL in production'
    return isLoopback(value) ? undefined : 'must be an https URL, or an http one on localhost, with MENSHEN_PROFILE=demo'
  },
}

/** Demands a value of one's own in production: the default is for trying out. */
export const mustBeSet: ProductionRule<unknown> = {
  demands: 'a value of your own',
  refusal: ({ isSet, profile }) =>
    isSet || profile === 'demo' ? undefined : 'must be set in production, there is no safe default',
}

type Result<T> = { value: T } | { fault: string }

function readSetting<T>(row: Setting<T>, env: Env, profile: Profile): Result<T> {
  const text = env[row.variable]
  const isSet = text !== undefined && text !== ''
  const result = isSet ? parsed(row, text) : defaultOf(row)
  if ('fault' in result || profile === 'development') return result
  const refusal = row.production?.refusal({ value: result.value, isSet, profile, env })
  return refusal ? { fault: `${refusal}${got(row, isSet ? text : undefined)}` } : result
}

function parsed<T>(row: Setting<T>, text: string): Result<T> {
  const value = row.parse.read(text)
  return value === undefined ? { fault: `must be ${row.parse.expects}${got(row, text)}` } : { value }
}

function defaultOf<T>(row: Setting<T>): Result<T> {
  return 'default' in row ? { value: row.default as T } : { fault: `must be set (${row.parse.expects})` }
}

function got(row: Setting<unknown>, text: string | undefined): string {
  if (text === undefined || row.secret) return ''
  return `, got ${JSON.stringify(text.replace(/\/\/[^/]*@/, '//***@'))}`
}

/** Whether a service makes its own tables, or an operator does, by `menshen migrate`. */
export const makesTables = (env: Env): boolean => profileOf(env, []) !== 'production'

function profileOf(env: Env, faults: string[]): Profile {
  const profile = env['MENSHEN_PROFILE']
  if (profile && profile !== 'demo') faults.push(`MENSHEN_PROFILE: must be demo or not set, got ${JSON.stringify(profile)}`)
  if (env['NODE_ENV'] !== 'production') return 'development'
  return profile === 'demo' ? 'demo' : 'production'
}

const isLoopback = (url: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)
