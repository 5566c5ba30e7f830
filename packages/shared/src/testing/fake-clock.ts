import type { Clock } from '../clock.ts'

export interface FakeClock extends Clock {
  /** Moves the time on, in milliseconds. */
  advance(milliseconds: number): void
}

/** A clock that stands still until it is moved. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let time = start
  return {
    now: () => time,
    advance(milliseconds) {
      time += milliseconds
    },
  }
}
