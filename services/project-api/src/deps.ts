import { openResource, type ResourceDeps, type Surroundings } from '@menshen/shared/http/resource-service'
import type { ProjectApiConfig } from './config.ts'
import { createMembershipStore, type MembershipStore, memberships } from './stores/memberships.ts'
import { projects } from './stores/projects.ts'

/** All that project-api works with. */
export interface ProjectApiDeps extends ResourceDeps {
  members: MembershipStore
}

/** Opens what the settings name. */
export async function createDeps(config: ProjectApiConfig, surroundings: Surroundings): Promise<ProjectApiDeps> {
  const resource = await openResource(config, { ...surroundings, collections: [projects, memberships] })
  return { ...resource, members: createMembershipStore(resource.database) }
}
