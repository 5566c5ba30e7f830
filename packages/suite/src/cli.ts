import { runMain } from '@menshen/shared/run-main'
import { commands } from './cli/commands.ts'
import { runCommand } from './cli/run.ts'
import { createTerminal } from './cli/terminal.ts'

await runMain(async () => {
  process.exitCode = await runCommand(process.argv.slice(2), {
    commands,
    env: process.env,
    terminal: createTerminal(process.stdin, process.stderr),
    print: (text) => console.log(text),
    printError: (text) => console.error(text),
  })
})
