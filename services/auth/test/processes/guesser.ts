/** A process that counts guesses, `each` of them at every name, as fast as it can, and tells how many it was allowed at each. */

import { openAuthProcess } from '../../../../scripts/bench/races/auth-process.ts'
import { loadAuthConfig } from '../../src/config.ts'
import { countAttempt } from '../../src/core/attempts.ts'

const { stores, deps } = await openAuthProcess(process.argv[2] ?? '')
const config = loadAuthConfig({ SIGN_IN_FIRST_WAIT: '600', SIGN_IN_LONGEST_WAIT: '600', SIGN_IN_ADDRESS_LIMIT: '100000' })
const counting = { ...deps, config, attempts: stores.attempts, throttled: () => {} }

process.on('message', async ({ names, each }: { names: string[]; each: number }) => {
  const allowed = async (id: string) => {
    const attempts = Array.from({ length: each }, () =>
      countAttempt({ id, sub: undefined, address: id, device: undefined }, counting).then(
        () => 1,
        ({ status }) => (status === 429 ? 0 : Number.NaN),
      ),
    )
    return (await Promise.all(attempts)).reduce((sum, one) => sum + one, 0)
  }
  const counts: number[] = []
  for (const name of names) counts.push(await allowed(name))
  process.send?.(counts)
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
