/** Rows under their headings, each column as wide as its widest cell; what a terminal might act on is shown as its code. */
export function tableOf(headings: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const lines = (headings.length > 0 ? [headings.map((heading) => heading.toUpperCase()), ...rows] : rows).map((cells) =>
    cells.map(printable),
  )
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((cells) => widthOf(cells[column] ?? ''))))
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Names and values of one thing, below each other. */
export const fieldsOf = (fields: Record<string, unknown>): string =>
  tableOf(
    [],
    Object.entries(fields).map(([name, value]) => [name, shown(value)]),
  )

/** A value as people read it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value))
    return value.length === 0 ? '-' : value.map((item) => (isPlain(item) ? String(item) : JSON.stringify(item))).join(' ')
  return isPlain(value) ? String(value) : JSON.stringify(value)
}

const isPlain = (value: unknown) => typeof value !== 'object' || value === null

/** A time as people read it, and as it sorts. */
export const timeOf = (milliseconds: number | null | undefined): string =>
  milliseconds === null || milliseconds === undefined ? '-' : new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')

/** One line in which what a terminal might act on is shown as its code, written as JSON writes it. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, coded)

/** The same for text of several lines; JSON stays what it is. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

const coded = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')

/** Chinese characters take two columns. */
const widthOf = (text: string): number => [...text].reduce((width, character) => width + (wide.test(character) ? 2 : 1), 0)

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u
