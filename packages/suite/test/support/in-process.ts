import { ExpectedError } from '@menshen/shared/run-main'
import { commands } from '../../src/cli/commands.ts'
import { runCommand } from '../../src/cli/run.ts'
import type { Ended, Running } from './menshen.ts'

/** The same as `runMenshen` in this process, which is quicker; with `answer` somebody sits before its terminal, who says so to each question. */
export async function runHere(
  args: readonly string[],
  { env, input = '', answer }: Running & { answer?: boolean },
): Promise<Ended> {
  const ended: Ended = { code: null, out: '', err: '' }
  const terminal = {
    isInteractive: answer !== undefined,
    confirm: async () => answer ?? false,
    secret: async () => input.split('\n')[0] ?? '',
    progress: () => {},
  }
  const print = (text: string) => {
    ended.out += `${text}\n`
  }
  const printError = (text: string) => {
    ended.err += `${text}\n`
  }
  try {
    ended.code = await runCommand(args, { commands, env, terminal, print, printError })
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    ended.code = 1
    printError(error.message)
  }
  return ended
}
