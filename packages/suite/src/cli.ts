import { runMain } from '@menshen/shared/run-main'
import { apply } from './apply-command.ts'
import { type Command, UsageError } from './command.ts'

const commands: readonly Command[] = [apply]

/** Runs the command that the words name, and gives the exit code; what only a bug throws passes through. */
async function dispatch([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h') return printed(overview())
  const command = commands.find((known) => known.name === name)
  if (!command) return refused(name === undefined ? 'a command is missing' : `${name} is no command`, overview())
  if (args.includes('--help') || args.includes('-h')) return printed(`${usageOf(command)}\n\n${command.about}\n\n${command.help}`)
  if (process.env['npm_config_dry_run'] === 'true')
    return refused('npm kept --dry-run for itself: put -- before the command', usageOf(command))
  try {
    await command.run(args, process.env)
    return 0
  } catch (error) {
    if (!isUsageError(error)) throw error
    return refused(error.message, usageOf(command))
  }
}

const usageOf = ({ usage }: Command) => `Usage: npm run menshen -- ${usage}`

function overview(): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length))
  const list = commands.map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`)
  return ['Usage: npm run menshen -- COMMAND', '', 'Commands:', ...list, '', 'COMMAND --help tells more of one.'].join('\n')
}

function printed(text: string): number {
  console.log(text)
  return 0
}

function refused(reason: string, help: string): number {
  console.error(`${reason}\n\n${help}`)
  return 2
}

/** Ours, or what parseArgs throws. */
const isUsageError = (error: unknown): error is Error =>
  error instanceof UsageError || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_'))

await runMain(async () => {
  process.exitCode = await dispatch(process.argv.slice(2))
})
