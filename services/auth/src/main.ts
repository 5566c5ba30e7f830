import { systemClock } from '@menshen/shared/clock'
import { openEventBus } from '@menshen/shared/events'
import { createLog } from '@menshen/shared/log'
import { runMain, stopOnSignals } from '@menshen/shared/run-main'
import { loadAuthConfig } from './config.ts'
import { startAuth } from './start.ts'

await runMain(async () => {
  const config = loadAuthConfig(process.env)
  const log = createLog({ service: 'auth', level: config.logLevel })
  const bus = await openEventBus(config.eventsUrl, { log, alone: true })
  const starting = startAuth(config, { log, bus, clock: systemClock })
  stopOnSignals(async (lingerMs) => {
    await (await starting).stop(lingerMs)
    await bus.close()
  }, log)
  await starting
})
