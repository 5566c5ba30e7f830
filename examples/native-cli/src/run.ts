import { login } from './commands/login.ts'
import { logout } from './commands/logout.ts'
import { projects } from './commands/projects.ts'
import { whoami } from './commands/whoami.ts'
import { createDeps, type Deps, type Surroundings } from './deps.ts'
import { failureOf } from './failure.ts'
import { OptionsError, readOptions } from './options.ts'
import { printable } from './printable.ts'

interface Command {
  about: string
  run(deps: Deps): Promise<void>
}

const commands = new Map<string, Command>([
  ['login', { about: 'sign in with the browser', run: login }],
  ['whoami', { about: 'who is signed in', run: whoami }],
  ['projects', { about: 'list your projects', run: projects }],
  ['logout', { about: 'sign out, here and at Menshen', run: logout }],
])

const usage = ['Usage: npm start -- COMMAND', ...[...commands].map(([name, { about }]) => `  ${name.padEnd(10)}${about}`)]

/** Runs one command and gives the exit code: 0, 1 when it could not be done, 2 when it was not understood. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  const [name = '', ...rest] = args
  const command = commands.get(name)
  if (!command || rest.length > 0) {
    const isAsked = /^(-h|--help|help)$/.test(name)
    for (const line of usage) (isAsked ? around.print : around.complain)(line)
    return isAsked ? 0 : 2
  }
  try {
    await command.run(createDeps(readOptions(around.env), around))
    return 0
  } catch (error) {
    const lines = error instanceof OptionsError ? error.faults : [failureOf(error).message]
    for (const line of lines) around.complain(printable(line))
    return 1
  }
}
