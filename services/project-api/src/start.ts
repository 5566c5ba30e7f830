import { type ResourceServing, serveResource } from '@menshen/shared/http/resource-service'
import { createApp } from './app.ts'
import type { ProjectApiConfig } from './config.ts'
import { createDeps, type ProjectSurroundings } from './deps.ts'
import { followAccounts } from './events.ts'

/** Starts project-api: its records, what a deletion left undone, its ear for the accounts at auth, its port. Stopping undoes it in order. */
export async function startProjectApi(config: ProjectApiConfig, surroundings: ProjectSurroundings): Promise<ResourceServing> {
  const deps = await createDeps(config, surroundings)
  await deps.deletions.finish()
  await followAccounts({ ...surroundings, ...deps })
  return serveResource('project-api', createApp(deps), deps)
}
