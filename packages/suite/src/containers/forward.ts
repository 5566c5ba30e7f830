import { forward } from '@menshen/shared/forward'
import { createLog } from '@menshen/shared/log'
import { runMain, stopOnSignals } from '@menshen/shared/run-main'
import { forwardsOf } from './forwards.ts'

/** Beside a container, in its network: `FORWARDS` leads from addresses by which browsers name apps to where they are, so that auth can tell them of a sign-out. */
await runMain(async () => {
  const { env } = process
  const stops = await Promise.all(forwardsOf(env['FORWARDS'] ?? '').map(forward))
  stopOnSignals(
    async () => void (await Promise.all(stops.map((stop) => stop()))),
    createLog({ service: 'forward', level: 'info' }),
  )
})
