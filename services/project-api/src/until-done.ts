import { Problem } from '@menshen/shared/http/problem'

const ATTEMPTS = 100

/**
 * Makes a change that others may race with: an attempt reads what it rests on and changes it under that condition, and gives nothing when the ground was
 * taken away meanwhile. Then it begins anew, with what is true now. @throws Problem 503 when it never came through.
 */
export async function untilDone<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < ATTEMPTS; i++) {
    const done = await attempt()
    if (done !== undefined) return done
  }
  throw new Problem('unavailable', { detail: 'too many are changing this at once: try again' })
}
