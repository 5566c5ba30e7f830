import { openResource, type ResourceDeps, type Surroundings } from '@menshen/shared/http/resource-service'
import type { AnyDefinition } from '@menshen/shared/storage'
import { type Access, createAccess } from './access.ts'
import type { ProjectApiConfig } from './config.ts'
import { activity } from './stores/activity.ts'
import { createDeletionStore, type DeletionStore, deletions } from './stores/deletions.ts'
import { memberships } from './stores/memberships.ts'
import { createProjectStore, type ProjectStore } from './stores/project-store.ts'
import { projects } from './stores/projects.ts'

/** All that project-api works with. */
export interface ProjectApiDeps extends ResourceDeps {
  access: Access
  projects: ProjectStore
  deletions: DeletionStore
}

/** All that project-api stores. */
export const collections: readonly AnyDefinition[] = [projects, memberships, activity, deletions]

/** Opens what the settings name. */
export async function createDeps(config: ProjectApiConfig, surroundings: Surroundings): Promise<ProjectApiDeps> {
  const resource = await openResource(config, { ...surroundings, collections })
  const { database } = resource
  return {
    ...resource,
    access: createAccess(database),
    projects: createProjectStore(database),
    deletions: createDeletionStore(database),
  }
}
