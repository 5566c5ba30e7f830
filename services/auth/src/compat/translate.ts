import { createParams, type Params } from '../core/params.ts'

/** Another name for each parameter, or the same; undefined: left out. */
export interface Words {
  names?: Readonly<Record<string, string>>
  /** Keyed by the new name. */
  values?: Readonly<Record<string, (value: string) => string>>
}

/** Puts the parameters of a request into other words; what stood there twice still does. */
export const translate = (params: Params, { names = {}, values = {} }: Words): Params =>
  createParams(
    params.entries().flatMap(([sent, all]) => {
      const name = own(names, sent) ?? sent
      const translated = own(values, name)
      return all.map((value) => [name, translated ? translated(value) : value] as const)
    }),
  )

/** What stands there under this name, which anybody may have sent: `constructor` is none. */
export const own = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** Scopes separated by commas or blanks, each for what it asks of the core; others as they are. */
export const coreScope =
  (meanings: Readonly<Record<string, string>>) =>
  (scope: string): string => {
    const names = scope.split(/[,\s]+/).filter(Boolean)
    return [...new Set(names.flatMap((name) => (own(meanings, name) ?? name).split(' ')))].join(' ')
  }
