import { ExpectedError } from '@menshen/shared/run-main'
import type { z } from 'zod'
import { nearest } from './nearest.ts'
import { knownKeys } from './schemas.ts'

/** What is wrong, and where: `clients[0].redirect_uris[1]`. */
export interface Fault {
  place: string
  text: string
}

/** Thrown with one line for each fault of a document, none of which shows a value. */
export class DocumentFaults extends ExpectedError {
  override readonly name = 'DocumentFaults'
  readonly faults: readonly string[]

  constructor(faults: readonly Fault[]) {
    const lines = [...faults].sort((a, b) => byPlace.compare(a.place, b.place)).map(({ place, text }) => `${place} ${text}`)
    super(lines.join('\n'))
    this.faults = lines
  }
}

const byPlace = new Intl.Collator('en', { numeric: true })

/** The faults of the schema; an unknown key is one of its own, with what may have been meant. */
export const schemaFaults = ({ issues }: z.ZodError): Fault[] =>
  issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey(issue.path, key))
      : [{ place: placeOf(issue.path), text: issue.message }],
  )

function unknownKey(path: readonly PropertyKey[], key: string): Fault {
  const parent = path.filter((part) => typeof part === 'string').join('.')
  const meant = nearest(key, knownKeys[parent] ?? [])
  return { place: placeOf([...path, key]), text: `is not known${meant === undefined ? '' : `; did you mean ${meant}?`}` }
}

function placeOf(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${wordOf(String(part))}`))
  return parts.join('').replace(/^\./, '') || 'the document'
}

/** A key as it stands, unless it holds what a terminal might act on. */
const wordOf = (key: string) => (/^[\w$#-]+$/.test(key) ? key : JSON.stringify(key))
