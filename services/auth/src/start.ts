import type { Clock } from '@menshen/shared/clock'
import type { EventBus } from '@menshen/shared/events'
import { type Serving, serve } from '@menshen/shared/http/serve'
import type { Log } from '@menshen/shared/log'
import { createApp } from './app.ts'
import type { AuthConfig } from './config.ts'
import { type AuthDeps, createDeps } from './deps.ts'
import { startJobs } from './jobs/index.ts'

/** Starts auth: its records, its jobs, its port. Stopping undoes it in order. */
export async function startAuth(
  config: AuthConfig,
  { log, bus, clock, portVariable = 'PORT' }: { log: Log; bus: EventBus; clock: Clock; portVariable?: string },
): Promise<Serving & { deps: AuthDeps }> {
  const deps = await createDeps(config, { log, bus, clock })
  const stopJobs = startJobs(deps)
  try {
    const serving = await serve({
      app: createApp(deps),
      host: config.host,
      port: config.port,
      log,
      name: 'auth',
      variable: portVariable,
      onStop: [stopJobs, () => deps.database.close()],
    })
    return { ...serving, deps }
  } catch (error) {
    await stopJobs()
    await deps.database.close()
    throw error
  }
}
