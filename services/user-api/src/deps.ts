import { openResource, type ResourceDeps, resourceCollections, type Surroundings } from '@menshen/shared/http/resource-service'
import type { Schema } from '@menshen/shared/storage'
import type { UserApiConfig } from './config.ts'
import { createProfileStore, type ProfileStore, profileSkills, profiles } from './stores/profiles.ts'

/** All that user-api works with. */
export interface UserApiDeps extends ResourceDeps {
  profiles: ProfileStore
}

/** All that user-api stores. */
export const collections = [profiles, profileSkills]

/** The same and what every resource service stores, by version: who changes an index there counts it up. */
export const schema: Schema = { service: 'user-api', version: 1, collections: [...collections, ...resourceCollections] }

/** Opens what the settings name. */
export async function createDeps(config: UserApiConfig, surroundings: Surroundings): Promise<UserApiDeps> {
  const resource = await openResource(config, { ...surroundings, schema })
  return { ...resource, profiles: createProfileStore(resource) }
}
