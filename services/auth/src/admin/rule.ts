import type { Readable } from './readable.ts'
import type { Stored } from './stored.ts'

/** What a rule may look at besides the entry. */
export interface RuleContext {
  index: number
  document: Readable
  stored: Stored
  issuer: string
}

/** A fault of an entry: its field, and what is wrong in words that follow it. */
export interface EntryFault {
  field: string
  text: string
}

/** A rule across fields, entries or records; a field that is missing here has a fault of its own already, and is not asked about. */
export type Rule<Entry> = (entry: Partial<Entry>, context: RuleContext) => EntryFault[]

/** The fault, when this is so. */
export const when = (isSo: boolean | undefined, field: string, text: string): EntryFault[] => (isSo ? [{ field, text }] : [])

/** The place of an earlier entry of the same name. */
export function earlier<Entry>(
  entries: readonly Entry[],
  index: number,
  nameOf: (entry: Entry) => string | undefined,
): number | undefined {
  const name = entries[index] === undefined ? undefined : nameOf(entries[index])
  const first = name === undefined ? -1 : entries.findIndex((entry) => nameOf(entry) === name)
  return first >= 0 && first < index ? first : undefined
}
