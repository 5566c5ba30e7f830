import type { Env } from '@menshen/shared/config/settings'
import { ExpectedError } from '@menshen/shared/run-main'

const variable = /\$\{([A-Z][A-Z0-9_]*)\}/g

/** The same document with variables in place of `${NAME}`, wherever it stands in a text of it. @throws ExpectedError that names all that are not set. */
export function fillIn(document: unknown, env: Env): unknown {
  const missing = new Set<string>()
  const value = (_: string, name: string): string => {
    if (!env[name]) missing.add(name)
    return env[name] ?? ''
  }
  const filled = JSON.parse(JSON.stringify(document), (_, part: unknown) =>
    typeof part === 'string' ? part.replace(variable, value) : part,
  )
  if (missing.size > 0) throw new ExpectedError(`these variables stand in the file and are not set: ${[...missing].join(', ')}`)
  return filled
}
