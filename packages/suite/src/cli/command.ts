import type { AdminDeps } from '@menshen/auth/admin/open'
import type { AuthConfig } from '@menshen/auth/config'
import type { Env } from '@menshen/shared/config/settings'
import type { Terminal } from './terminal.ts'

/** An option of a command: with `value` it takes one, named so in its help; else it is a flag. */
export interface Option {
  value?: string
  /** It may be given several times. */
  multiple?: boolean
  /** One sentence, for the help. */
  about: string
}

/** A command of `menshen`; another one is another entry of the table in commands.ts, of which help and docs/cli.md are made. */
export interface Command {
  /** The words that name it: `client create`. */
  name: string
  /** What follows, each one word: `CLIENT_ID`, `[FILE]`, `ROLE…` for one or more. */
  parameters?: readonly string[]
  options?: Readonly<Record<string, Option>>
  /** One sentence, for the list of commands. */
  about: string
  /** The rest of its help. */
  help?: string
  /** What follows `npm run menshen --`. */
  examples: readonly string[]
  /** The shape of what `--json` prints. */
  json: string
  /** Asked on a terminal before it runs; without a terminal `--yes` must be there. */
  confirm?: (input: Input) => string
  run(input: Input, context: Context): Promise<Outcome>
}

/** What was typed, as far as the command takes it. */
export interface Input {
  /** The parameters in their order; `ROLE…` gives the rest. */
  words: readonly string[]
  text(option: string): string | undefined
  texts(option: string): readonly string[]
  flag(option: string): boolean
}

/** What a command works with. */
export interface Context {
  env: Env
  terminal: Terminal
  /** The settings of auth, as `npm start` would read them. @throws SettingsError. */
  config(): AuthConfig
  /** Opens auth's database, once; it is closed behind the command. */
  admin(options?: { readOnly?: boolean }): Promise<AdminDeps>
}

/** What a command found or did. */
export interface Outcome {
  /** For people. */
  text: string
  /** For scripts. */
  json: unknown
  /** 0 when left out. */
  code?: number
}

/** A command was called with what it doesn't take: its usage is shown, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What becomes of access tokens when what they rest on ends, in the help of the commands that end it. */
export const ACCESS_TOKENS_END = `The APIs of the suite refuse its access tokens within two
seconds; APIs elsewhere that don't ask what was revoked take them to their end.`

/** The first parameter, which the parser saw to. */
export const first = ({ words }: Input): string => words[0] ?? ''
