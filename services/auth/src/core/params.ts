import { OAuthError } from './errors.ts'

/** The parameters of a request; an empty one counts as left out (RFC 6749 section 3.1). */
export interface Params {
  get(name: string): string | undefined
  /** @throws OAuthError invalid_request when it is missing. */
  required(name: string): string
  /** All values of a parameter that may stand several times. */
  all(name: string): string[]
  /** Those that came more than once and may not. */
  readonly repeated: readonly string[]
  /** These alone: nothing else that came can be read. */
  only(names: readonly string[]): Params
  entries(): Array<[string, string[]]>
}

/** The only one that may repeat (RFC 8707 section 2). */
const repeatable = new Set(['resource'])

/** Reads name-value pairs, as they came from a query or a form. */
export function createParams(pairs: Iterable<readonly [string, string]>): Params {
  const values = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    if (value === '') continue
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  return paramsOf(values)
}

function paramsOf(values: ReadonlyMap<string, string[]>): Params {
  const get = (name: string) => values.get(name)?.[0]
  return {
    get,
    required(name) {
      const value = get(name)
      if (value === undefined) throw new OAuthError('invalid_request', `${name} is missing`)
      return value
    },
    all: (name) => values.get(name) ?? [],
    get repeated() {
      return [...values].filter(([name, list]) => list.length > 1 && !repeatable.has(name)).map(([name]) => name)
    },
    only: (names) => paramsOf(new Map([...values].filter(([name]) => names.includes(name)))),
    entries: () => [...values],
  }
}

/** Refuses repeated parameters (RFC 6749 section 3.1 and 3.2). */
export function requireSingle({ repeated }: Params): void {
  const [name] = repeated
  if (name !== undefined) throw new OAuthError('invalid_request', `${printable(name)} must not be repeated`)
}

/** A name from a request, fit for an error description (RFC 6749 section 5.2 allows printable ASCII less the quote and the backslash). */
export const printable = (name: string): string => name.slice(0, 64).replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?')
