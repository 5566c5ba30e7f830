/** What a line may have, in characters, before it is cut. */
const LONGEST_LINE = 4096
const LONGEST_TEXT = 512
const LONGEST_STACK = 4096
const LONGEST_LIST = 16

/** A line of JSON in which long texts and lists are cut where it is too long: what strangers send washes nothing else out of a log of limited size. */
export function shortened(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${JSON.stringify(JSON.parse(line), cut)}\n`
}

function cut(name: string, value: unknown): unknown {
  const longest = name === 'stack' ? LONGEST_STACK : LONGEST_TEXT
  if (typeof value === 'string' && value.length > longest) return `${value.slice(0, longest)}… (${value.length} characters)`
  if (Array.isArray(value) && value.length > LONGEST_LIST) return [...value.slice(0, LONGEST_LIST), `… (${value.length})`]
  return value
}
