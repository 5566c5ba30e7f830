import { type ResourceServing, type Surroundings, serveResource } from '@menshen/shared/http/resource-service'
import { createApp } from './app.ts'
import type { OpenApiConfig } from './config.ts'
import { createDeps } from './deps.ts'
import { followAccounts } from './events.ts'

/** Starts open-api: its records, what it follows, its port. Stopping undoes it in order. */
export async function startOpenApi(config: OpenApiConfig, surroundings: Surroundings): Promise<ResourceServing> {
  const deps = await createDeps(config, surroundings)
  await followAccounts({ ...surroundings, ...deps })
  return serveResource('open-api', createApp(deps), deps)
}
