import { nearest } from '@menshen/auth/admin/nearest'
import type { Command } from './command.ts'
import { optionsOf } from './parse.ts'
import { tableOf } from './table.ts'

export const prefix = 'npm run menshen --'

/** What a process ends with. */
export const exitCodes: ReadonlyArray<readonly [code: number, meaning: string]> = [
  [0, 'done; `doctor` and `token inspect`: nothing is wrong'],
  [1, 'refused or failed, and nothing was changed; `doctor` and `token inspect`: something is wrong'],
  [2, 'called in a way it does not take'],
  [3, 'there is no such client, user, session, grant or key'],
]

/** `user show USER [--json]`. */
export function usageOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...(command.confirm && { yes: { about: '' } }) })
  const words = options.map(([name, option]) => {
    const value = 'value' in option && option.value !== undefined ? ` ${option.value}` : ''
    return `[--${name}${value}]${'multiple' in option && option.multiple ? '…' : ''}`
  })
  return [command.name, ...(command.parameters ?? []), ...words].join(' ')
}

export function helpOf(command: Command): string {
  const options = Object.entries(optionsOf(command)).map(([name, { value, about }]) => [
    `  --${name}${value === undefined ? '' : ` ${value}`}`,
    about,
  ])
  return [
    `Usage: ${prefix} ${usageOf(command)}`,
    command.about,
    ...(command.help === undefined ? [] : [command.help]),
    `Options:\n${tableOf([], options)}`,
    `Examples:\n${command.examples.map((example) => `  ${prefix} ${example}`).join('\n')}`,
    `--json prints: ${command.json}`,
  ].join('\n\n')
}

/** All commands, or those of one word, such as `client`. */
export function overview(commands: readonly Command[], word?: string): string {
  const shown = commands.filter(({ name }) => word === undefined || name.split(' ')[0] === word)
  const rows = shown.map(({ name, parameters = [], about }) => [`  ${[name, ...parameters].join(' ')}`, about])
  return [
    `Usage: ${prefix} COMMAND`,
    `Commands:\n${tableOf([], rows)}`,
    "COMMAND --help tells more of one. DATABASE_URL names the suite's databases, as for npm start (sqlite:./.data when it is not set).",
  ].join('\n\n')
}

/** Why words name no command. */
export function noCommand(args: readonly string[], commands: readonly Command[]): string {
  if (args.length === 0) return 'a command is missing'
  const [word = ''] = args
  const words = args
    .filter((arg) => !arg.startsWith('-'))
    .slice(0, 2)
    .join(' ')
  const goesOn = (begun: string) => commands.some(({ name }) => name.startsWith(`${begun} `))
  if (goesOn(word)) return goesOn(words) ? `${words} what?` : `${words} is no command`
  const names = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))]
  const meant = nearest(word, names)
  return `${word} is no command${meant === undefined ? '' : `; did you mean ${meant}?`}`
}
