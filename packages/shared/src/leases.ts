import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { type Database, defineCollection, UniqueConflict } from './storage/index.ts'

/** Who does a job that only one process may do at a time. */
export const leases = defineCollection<{ name: string; holder: string; endsAt: number }>({
  name: 'leases',
  key: 'name',
  expiry: 'endsAt',
})

/**
 * Long enough for clocks that are some seconds apart: a holder renews three times in it, and one that died is followed after it, in milliseconds.
 */
const LEASE_MS = 15_000

export interface Leases {
  /**
   * Does the work if no other process does it now; nothing otherwise. The lease is renewed until the work ends. `held` says whether it still is: work of
   * many steps asks before each. It is no longer when renewing failed, or this process stood still, for as long as a lease lasts.
   */
  hold<Done>(name: string, work: (held: () => boolean) => Promise<Done>): Promise<Done | undefined>
}

/** Lets one process of a service do a job at a time; of one that dies another takes over. */
export function createLeases({ database, clock }: { database: Database; clock: Clock }): Leases {
  const stored = database.collection(leases)
  const endsAt = () => clock.now() + LEASE_MS

  async function take(name: string, holder: string): Promise<boolean> {
    try {
      await stored.insert({ name, holder, endsAt: endsAt() })
      return true
    } catch (error) {
      if (error instanceof UniqueConflict) return false
      throw error
    }
  }

  return {
    async hold(name, work) {
      const holder = randomUUID() // of this once: what ends late ends no later lease, not even one of this process
      if (!(await take(name, holder))) return undefined
      let until = endsAt()
      const renew = async () => {
        const renewed = await stored.update({ name, holder }, { set: { endsAt: endsAt() } })
        until = renewed?.endsAt ?? 0
      }
      const renewing = setInterval(() => renew().catch(() => {}), LEASE_MS / 3).unref() // a store that is away may be back in time
      try {
        return await work(() => clock.now() < until)
      } finally {
        clearInterval(renewing)
        await stored.remove({ name, holder }).catch(() => {}) // it ends by itself; what became of the work is what counts
      }
    },
  }
}
