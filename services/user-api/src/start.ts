import { type ResourceServing, type Surroundings, serveResource } from '@menshen/shared/http/resource-service'
import { createApp } from './app.ts'
import type { UserApiConfig } from './config.ts'
import { createDeps } from './deps.ts'
import { followAccounts } from './events.ts'

/** Starts user-api: its records, its ear for the accounts at auth, its port. Stopping undoes it in order. */
export async function startUserApi(config: UserApiConfig, surroundings: Surroundings): Promise<ResourceServing> {
  const deps = await createDeps(config, surroundings)
  await followAccounts({ ...surroundings, ...deps })
  return serveResource('user-api', createApp(deps), deps)
}
