import { basename, dirname, join } from 'node:path'

/** A guard taken out: what must turn red, and the changes that take it out. */
export interface Patch {
  file: string
  /** The test file it lies beside: `code.single-use.patch` beside `code.test.ts`. */
  testFile: string
  /** The tests that must fail. */
  titles: string[]
  changes: Change[]
}

interface Change {
  file: string
  before: string
  after: string
}

const PREFIX = 'red: '

/** Reads a unified diff, before which each test that must fail stands on a line of its own: `red: TITLE`. */
export function parsePatch(file: string, text: string): Patch {
  const [head = '', ...parts] = text.split(/^--- a\//m)
  const titles = head.split('\n').filter((line) => line.startsWith(PREFIX))
  const changes = parts.flatMap(changesOf)
  if (titles.length === 0) throw new Error(`it names no test: begin with '${PREFIX}' and a title`)
  if (changes.length === 0) throw new Error('it changes nothing')
  const testFile = join(dirname(file), `${basename(file).split('.')[0]}.test.ts`)
  return { file, testFile, titles: titles.map((line) => line.slice(PREFIX.length)), changes }
}

function changesOf(part: string): Change[] {
  const [header = '', ...hunks] = part.split(/^@@.*\n/m)
  const file = header.slice(0, header.indexOf('\n')).trim()
  return hunks.map((hunk) => ({ file, before: sideOf(hunk, '-'), after: sideOf(hunk, '+') }))
}

/** The lines of one side of a hunk, each with its end. */
function sideOf(hunk: string, sign: '-' | '+'): string {
  const lines = hunk.split('\n').filter((line) => line.startsWith(sign) || line.startsWith(' '))
  return lines.map((line) => `${line.slice(1)}\n`).join('')
}

/** The text without the guard. @throws when the place is not there, or not the only one: line numbers are not looked at. */
export function applied(text: string, { file, before, after }: Change): string {
  const place = `\n${text}`.indexOf(`\n${before}`)
  if (place === -1) throw new Error(`it is stale: ${file} has no such place`)
  if (place !== `\n${text}`.lastIndexOf(`\n${before}`))
    throw new Error(`it is ambiguous: ${file} has several such places, give it more context`)
  return text.slice(0, place) + after + text.slice(place + before.length)
}
