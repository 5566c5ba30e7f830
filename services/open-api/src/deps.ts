import { openResource, type ResourceDeps, resourceCollections, type Surroundings } from '@menshen/shared/http/resource-service'
import type { Schema } from '@menshen/shared/storage'
import type { OpenApiConfig } from './config.ts'
import { type CourseStore, courses, createCourseStore, lessons } from './stores/courses.ts'
import { createLearningRecordStore, type LearningRecordStore, learningRecords } from './stores/learning-records.ts'
import { createPersonStore, type PersonStore, people } from './stores/people.ts'

/** All that open-api works with. */
export interface OpenApiDeps extends ResourceDeps {
  records: LearningRecordStore
  courses: CourseStore
  people: PersonStore
}

/** All that open-api stores. */
export const collections = [learningRecords, courses, lessons, people]

/** The same and what every resource service stores, by version: who changes an index there counts it up. */
export const schema: Schema = { service: 'open-api', version: 1, collections: [...collections, ...resourceCollections] }

/** Opens what the settings name. */
export async function createDeps(config: OpenApiConfig, surroundings: Surroundings): Promise<OpenApiDeps> {
  const resource = await openResource(config, { ...surroundings, schema })
  const { database } = resource
  return {
    ...resource,
    records: createLearningRecordStore(resource),
    courses: createCourseStore(database),
    people: createPersonStore(database),
  }
}
