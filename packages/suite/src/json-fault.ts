/** Where a text stops being JSON, and what may stand there instead. */
export interface JsonFault {
  line: number
  column: number
  expected: string
}

/** What may come next, in words that follow "expected". */
const expectations = {
  value: 'a value',
  firstItem: 'a value or ]',
  firstName: 'a name in double quotes or }',
  name: 'a name in double quotes',
  colon: 'a colon',
  afterItem: ', or ]',
  afterMember: ', or }',
  end: 'nothing more',
} as const

type State = keyof typeof expectations
type Token = 'string' | 'plain' | '{' | '}' | '[' | ']' | ':' | ','

/** What each token leads to; `done`: a value is complete. One that is not named can't stand there. */
const value = { string: 'done', plain: 'done', '{': 'firstName', '[': 'firstItem' } as const
const grammar: Record<State, { readonly [T in Token]?: State | 'done' }> = {
  value,
  firstItem: { ...value, ']': 'done' },
  firstName: { string: 'colon', '}': 'done' },
  name: { string: 'colon' },
  colon: { ':': 'value' },
  afterItem: { ',': 'value', ']': 'done' },
  afterMember: { ',': 'name', '}': 'done' },
  end: {},
}

const string = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/u
const plain = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/u
const token = new RegExp(`(${string.source})|(${plain.source})|[{}[\\]:,]`, 'uy')
const blank = /[ \t\r\n]*/y

/** The first place where a text is no JSON (RFC 8259), which JSON.parse of Node 20 does not always tell; nothing when it is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  const open: Array<'afterMember' | 'afterItem'> = []
  let state: State = 'value'
  let at = endOf(blank, text, 0)
  while (at < text.length) {
    const kind = tokenAt(text, at)
    const next: State | 'done' | undefined = kind && grammar[state][kind]
    if (next === undefined) return faultAt(text, at, state)
    if (kind === '{') open.push('afterMember')
    if (kind === '[') open.push('afterItem')
    if (kind === '}' || kind === ']') open.pop()
    state = next === 'done' ? (open.at(-1) ?? 'end') : next
    at = endOf(blank, text, endOf(token, text, at))
  }
  return state === 'end' ? undefined : faultAt(text, at, state)
}

function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex : start
}

function tokenAt(text: string, start: number): Token | undefined {
  token.lastIndex = start
  const [found, isString, isPlain] = token.exec(text) ?? []
  if (isString !== undefined) return 'string'
  return isPlain !== undefined ? 'plain' : (found as Token | undefined)
}

function faultAt(text: string, at: number, state: State): JsonFault {
  const before = text.slice(0, at).split('\n')
  const isBroken = text[at] === '"' && 'string' in grammar[state]
  const expected = isBroken ? 'a text that is closed by " in its line, with \\ escaped' : expectations[state]
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, expected }
}
