import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Command, type Input, type Option, UsageError } from './command.ts'

/** Every command has these. */
export const commonOptions: Readonly<Record<string, Option>> = {
  json: { about: 'JSON for scripts, in a shape that stays.' },
  help: { about: 'How it is used.' },
}
export const yesOption: Readonly<Record<string, Option>> = {
  yes: { about: 'Does it without asking; needed where there is no terminal.' },
}

/** All options of a command. */
export const optionsOf = ({ options, confirm }: Command): Readonly<Record<string, Option>> => ({
  ...options,
  ...(confirm && yesOption),
  ...commonOptions,
})

/** The command that the words name, and the words behind its name. */
export function commandNamed(
  args: readonly string[],
  commands: readonly Command[],
): { command: Command; rest: string[] } | undefined {
  for (const length of [3, 2, 1]) {
    const command = commands.find(({ name }) => name === args.slice(0, length).join(' '))
    if (command) return { command, rest: args.slice(length) }
  }
  return undefined
}

/** What was typed. @throws UsageError, or what parseArgs throws. */
export function readInput(command: Command, args: readonly string[]): Input {
  const options = Object.entries(optionsOf(command)).map(([name, { value, multiple = false }]) => [
    name,
    { type: value === undefined ? 'boolean' : 'string', multiple, ...(name === 'help' && { short: 'h' }) },
  ])
  const { values, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(options) as NonNullable<ParseArgsConfig['options']>,
    allowPositionals: true,
  })
  if (values['help'] !== true) requireParameters(command, positionals)
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined)
  return {
    words: positionals,
    text,
    texts: (name) => (Array.isArray(values[name]) ? values[name].map(String) : []),
    flag: (name) => values[name] === true,
  }
}

function requireParameters({ name, parameters = [] }: Command, given: readonly string[]): void {
  const missing = parameters.slice(given.length).find((parameter) => !parameter.startsWith('['))
  if (missing !== undefined) throw new UsageError(`${missing.replace('…', '')} is missing`)
  const takesMore = parameters.some((parameter) => parameter.endsWith('…'))
  if (given.length > parameters.length && !takesMore)
    throw new UsageError(parameters.length === 0 ? `${name} takes no more words` : `${name} takes ${parameters.join(' ')} only`)
}
