import { openResource, type ResourceDeps, type Surroundings } from '@menshen/shared/http/resource-service'
import type { OpenApiConfig } from './config.ts'
import { createLearningRecordStore, type LearningRecordStore, learningRecords } from './stores/learning-records.ts'

/** All that open-api works with. */
export interface OpenApiDeps extends ResourceDeps {
  records: LearningRecordStore
}

/** Opens what the settings name. */
export async function createDeps(config: OpenApiConfig, surroundings: Surroundings): Promise<OpenApiDeps> {
  const resource = await openResource(config, { ...surroundings, collections: [learningRecords] })
  return { ...resource, records: createLearningRecordStore(resource.database) }
}
