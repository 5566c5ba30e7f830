import { openResource, type ResourceDeps, type Surroundings } from '@menshen/shared/http/resource-service'
import type { UserApiConfig } from './config.ts'
import { createProfileStore, type ProfileStore, profileSkills, profiles } from './stores/profiles.ts'

/** All that user-api works with. */
export interface UserApiDeps extends ResourceDeps {
  profiles: ProfileStore
}

/** Opens what the settings name. */
export async function createDeps(config: UserApiConfig, surroundings: Surroundings): Promise<UserApiDeps> {
  const resource = await openResource(config, { ...surroundings, name: 'user-api', collections: [profiles, profileSkills] })
  return { ...resource, profiles: createProfileStore(resource) }
}
