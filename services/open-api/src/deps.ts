import { openResource, type ResourceDeps, type Surroundings } from '@menshen/shared/http/resource-service'
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

/** Opens what the settings name. */
export async function createDeps(config: OpenApiConfig, surroundings: Surroundings): Promise<OpenApiDeps> {
  const resource = await openResource(config, { ...surroundings, name: 'open-api', collections })
  const { database } = resource
  return {
    ...resource,
    records: createLearningRecordStore(resource),
    courses: createCourseStore(database),
    people: createPersonStore(database),
  }
}
