import type { Log } from './log.ts'

/** A failure whose message tells a person what to do; `runMain` prints nothing else. */
export class ExpectedError extends Error {
  override readonly name: string = 'ExpectedError'
  readonly expected = true
}

/** Runs a program: an error ends it with status 1, after its message if it was expected, else after its stack. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    console.error(isExpected(error) ? error.message : error)
    process.exit(1)
  }
}

const isExpected = (error: unknown): error is Error => error instanceof Error && 'expected' in error && error.expected === true

export interface StopOptions {
  /**
   * A signal within this time after the first, in milliseconds, is the same one; 500 when left out. Under `npm start` a Ctrl-C
   * arrives twice, from the terminal and from npm.
   */
  echo?: number
}

/** How long after a signal a kept connection may bring what was on its way, in milliseconds: callers who are busy reuse theirs sooner. */
const LINGER_MS = 500

/** On SIGINT or SIGTERM stops in good order and exits with 0; on a second signal exits at once with 1. */
export function stopOnSignals(stop: (lingerMs: number) => Promise<void>, log: Log, { echo = 500 }: StopOptions = {}): void {
  let first: number | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    if (first !== undefined && performance.now() - first >= echo) process.exit(1)
    if (first !== undefined) return
    first = performance.now()
    log.info({ signal }, 'stopping')
    stop(LINGER_MS).then(() => process.exit(0), failed)
  }
  const failed = (error: unknown) => {
    log.error({ err: error }, 'could not stop in good order')
    process.exit(1)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
