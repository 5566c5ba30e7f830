/** Where the time comes from; tests pass their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** Milliseconds as a NumericDate: whole seconds since the epoch (RFC 7519 section 2). */
export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)
