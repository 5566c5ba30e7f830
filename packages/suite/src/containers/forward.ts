import { forward } from '@menshen/shared/forward'
import { createLog } from '@menshen/shared/log'
import { ExpectedError, runMain, stopOnSignals } from '@menshen/shared/run-main'
import { gone } from './beside.ts'
import { forwardsOf } from './forwards.ts'

/**
 * Beside a container, in its network: `FORWARDS` leads from addresses by which browsers name apps to where they are, so that auth can tell them of a
 * sign-out. It ends when `BESIDE`, the port of that container, is gone: Docker then starts it in the network that the container has now.
 */
await runMain(async () => {
  const { env } = process
  const stops = await Promise.all(forwardsOf(env['FORWARDS'] ?? '').map(forward))
  stopOnSignals(
    async () => void (await Promise.all(stops.map((stop) => stop()))),
    createLog({ service: 'forward', level: 'info' }),
  )
  await gone(Number(env['BESIDE']))
  throw new ExpectedError(`nobody answers at port ${env['BESIDE']} any more: this network is left`)
})
