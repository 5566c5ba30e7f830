import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'

/** Says that a rightful token was issued this many seconds ahead of the clock here. */
export type SkewWarning = (secondsAhead: number) => void

const ONCE_IN_MS = 60_000

/** Makes a warning that names how far the clocks are apart, in one line a minute however many tokens come. */
export function createSkewWarning({ clock, log }: { clock: Clock; log: Log }): SkewWarning {
  let quietUntil = Number.NEGATIVE_INFINITY
  return (secondsAhead) => {
    if (clock.now() < quietUntil) return
    quietUntil = clock.now() + ONCE_IN_MS
    log.warn({ secondsAhead }, `tokens are refused: the clock of auth is ${secondsAhead} s ahead of the clock here`)
  }
}
