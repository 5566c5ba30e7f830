import type { Setting, SettingsTable } from './settings.ts'

/** A settings table as a section of docs/configuration.md: one row for each variable. */
export function settingsMarkdown(title: string, table: SettingsTable): string {
  const rows = Object.values(table).map(markdownRow)
  return [
    `## ${title}`,
    '',
    '| variable | default | production demands | what it does |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function markdownRow(row: Setting<unknown>): string {
  const cells = [
    `\`${row.variable}\``,
    defaultCell(row),
    row.production?.demands ?? '',
    `${row.about} ${expectation(row)}`.trim(),
  ]
  return `| ${cells.map(escaped).join(' | ')} |`
}

function defaultCell(row: Setting<unknown>): string {
  if (!('default' in row)) return '**required**'
  if (row.default === undefined || String(row.default) === '') return 'none'
  return `\`${row.default}\``
}

const expectation = (row: Setting<unknown>): string => (row.parse.expects === 'text' ? '' : `(${row.parse.expects})`)

const escaped = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')
