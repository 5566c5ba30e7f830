import { type Database, defineCollection, type ListPage, type Position, pageOf } from '@menshen/shared/storage'

export const locales = ['en', 'zh-CN'] as const
export type Locale = (typeof locales)[number]
/** What people read, in each language. */
export type Text = Readonly<Record<Locale, string>>

export const levels = ['beginner', 'intermediate', 'advanced'] as const
export type CourseLevel = (typeof levels)[number]
export const subjects = ['design', 'development', 'security', 'teamwork'] as const
export type CourseSubject = (typeof subjects)[number]

export interface Course {
  id: string
  level: CourseLevel
  subject: CourseSubject
  title: Text
  description: Text
  /** Its place in the catalogue. */
  position: number
  /** How many it has of each kind. */
  lessons: number
  videos: number
  /** Length of all of them. */
  seconds: number
}

/** A part of a course: a lesson to read and do, or a video. */
export interface Lesson {
  id: string
  courseId: string
  /** Its place in the course. */
  position: number
  kind: 'lesson' | 'video'
  title: Text
  /** Length of a video; the usual time for a lesson. */
  seconds: number
}

export const courses = defineCollection<Course>({
  name: 'courses',
  key: 'id',
  indexes: [['position'], ['level', 'position'], ['subject', 'position'], ['level', 'subject', 'position']],
})

export const lessons = defineCollection<Lesson>({ name: 'lessons', key: 'id', indexes: [['courseId', 'position']] })

export interface CourseFilter {
  level?: CourseLevel | undefined
  subject?: CourseSubject | undefined
}

export interface CourseStore {
  /** A page of the catalogue, in its order. */
  page(filter: CourseFilter, page: { limit: number; after?: Position | undefined }): Promise<ListPage<Course>>
  find(id: string): Promise<Course | undefined>
  lesson(id: string): Promise<Lesson | undefined>
  /** The lessons of a course, in their order. */
  lessonsOf(courseId: string): Promise<Lesson[]>
  /** The titles of all lessons of these courses, by the lesson's id. */
  titlesOf(courseIds: readonly string[]): Promise<Map<string, Text>>
}

export function createCourseStore(database: Database): CourseStore {
  const lessonsOf = (courseId: string) => database.collection(lessons).list({ courseId }, { orderBy: 'position' })
  return {
    async page({ level, subject }, { limit, after }) {
      const filter = { ...(level && { level }), ...(subject && { subject }) }
      const order = { orderBy: 'position' as const, limit: limit + 1, ...(after && { after }) }
      return pageOf(await database.collection(courses).list(filter, order), limit, ({ position, id }) => [position, id])
    },
    find: (id) => database.collection(courses).find({ id }),
    lesson: (id) => database.collection(lessons).find({ id }),
    lessonsOf,
    async titlesOf(courseIds) {
      const found = await Promise.all(courseIds.map(lessonsOf))
      return new Map(found.flat().map(({ id, title }) => [id, title]))
    },
  }
}
