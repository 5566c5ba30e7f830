import { NotFound, Refusal } from '@menshen/auth/admin/refusal'
import type { Env } from '@menshen/shared/config/settings'
import { ExpectedError } from '@menshen/shared/run-main'
import { DatabaseUnavailable } from '@menshen/shared/storage/unavailable'
import { type Command, type Input, type Outcome, UsageError } from './command.ts'
import { createContext } from './context.ts'
import { helpOf, noCommand, overview, prefix, usageOf } from './help.ts'
import { commandNamed, readInput } from './parse.ts'
import { printable, printableLines } from './table.ts'
import type { Terminal } from './terminal.ts'

export interface Surroundings {
  commands: readonly Command[]
  env: Env
  terminal: Terminal
  print(text: string): void
  printError(text: string): void
}

/**
 * Runs the command that the words name, and gives the exit code; what only a bug throws passes through. Whatever it prints, also as JSON, holds nothing
 * that a terminal might act on: names, programs and tokens come from strangers.
 */
export async function runCommand(args: readonly string[], around: Surroundings): Promise<number> {
  const { commands, env } = around
  const print = (text: string) => around.print(printableLines(text))
  const printError = (text: string) => around.printError(printableLines(text))
  const named = commandNamed(args, commands)
  if (!named) {
    const word = commands.some(({ name }) => name.startsWith(`${args[0]} `)) ? args[0] : undefined
    const asksForHelp = args.at(-1) === '--help' || args.at(-1) === '-h'
    if (asksForHelp && (args.length === 1 || word !== undefined)) return done(print, overview(commands, word))
    const listed = args.length === 0 || word !== undefined ? overview(commands, word) : `${prefix} --help lists the commands.`
    printError(`${noCommand(args, commands)}\n\n${listed}`)
    return 2
  }
  const { command, rest } = named
  const refuse = (reason: string) => {
    printError(`${reason}\n\nUsage: ${prefix} ${usageOf(command)}\n\n${command.name} --help tells more.`)
    return 2
  }
  if (env['npm_config_dry_run'] === 'true') return refuse('npm kept --dry-run for itself: put -- before the command')
  try {
    const input = readInput(command, rest)
    if (input.flag('help')) return done(print, helpOf(command))
    const { text, json, code = 0 } = await outcomeOf(command, input, around)
    return done(print, input.flag('json') ? JSON.stringify(json, null, 2) : text, code)
  } catch (error) {
    if (isUsageError(error)) return refuse(reasonOf(error))
    if (error instanceof DatabaseUnavailable) return done(printError, wentAway, 1)
    if (!(error instanceof ExpectedError)) throw error
    printError(error.message)
    return error instanceof NotFound ? 3 : 1
  }
}

/** No cause: the error of a driver may carry what was to be written. */
const wentAway = 'the database went away, or did not answer in time: look at what was done before you run this again'

async function outcomeOf(command: Command, input: Input, { env, terminal }: Surroundings): Promise<Outcome> {
  await requireConsent(command, input, terminal)
  const context = createContext(env, terminal)
  try {
    return await command.run(input, context)
  } finally {
    await context.close()
  }
}

async function requireConsent({ confirm }: Command, input: Input, terminal: Terminal): Promise<void> {
  if (!confirm || input.flag('yes')) return
  if (!terminal.isInteractive) throw new UsageError('there is no terminal to ask on: add --yes')
  if (!(await terminal.confirm(printable(confirm(input))))) throw new Refusal('not confirmed, nothing was changed')
}

function done(print: (text: string) => void, text: string, code = 0): number {
  print(text)
  return code
}

/** parseArgs goes on to tell of positional arguments that begin with a dash, which no command has. */
const reasonOf = ({ message }: Error) => message.split('. To specify a positional')[0] ?? message

/** Ours, or what parseArgs throws. */
const isUsageError = (error: unknown): error is Error =>
  error instanceof UsageError || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_'))
