/** The first line of every generated page. */
export const generated = '<!-- Generated from the code by `npm run docs`. Do not edit. -->'

/** A table; what would end a cell is escaped. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export const code = (text: string): string => `\`${text}\``

/** Words as code, separated by commas. */
export const codes = (words: readonly string[]): string => words.map(code).join(', ')

/** A page of these parts, with an empty line between them. */
export const page = (...parts: readonly string[]): string => `${[generated, ...parts].map((part) => part.trim()).join('\n\n')}\n`
