import type { Env } from '@menshen/shared/config/settings'

/** A command of `menshen`; another one is another file and a line in cli.ts. */
export interface Command {
  name: string
  /** What follows `menshen`. */
  usage: string
  /** One sentence, for the list of commands. */
  about: string
  /** The rest of its help. */
  help: string
  run(args: readonly string[], env: Env): Promise<void>
}

/** A command was called with what it doesn't take: its usage is shown, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
