import type { Clock } from '@menshen/shared/clock'
import type { Env } from '@menshen/shared/config/settings'
import type { ServiceProcess } from './service-process.ts'

/** The variable with which a process starts with its clock standing at this one. */
export const clockEnv = (clock: Clock | undefined): Env => (clock ? { CLOCK_AT: String(clock.now()) } : {})

/** Puts the clocks of the processes to this one when it was moved. */
export function follow(clock: Clock, all: readonly ServiceProcess[]): () => Promise<void> {
  let put = Number.NaN
  let putting = Promise.resolve()
  return () => {
    if (clock.now() !== put) {
      put = clock.now()
      putting = Promise.all(all.map((one) => one.standAt(put))).then(() => {})
    }
    return putting
  }
}
