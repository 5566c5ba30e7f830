import { ok } from '@menshen/shared/api/answer'
import { operation } from '@menshen/shared/api/operation'
import { Problem } from '@menshen/shared/http/problem'
import type { OpenApiDeps } from '../deps.ts'
import { answerLocale, shownCourse, shownLesson } from '../representations.ts'
import { courseList, courseParams, courseQuery, courseSchema, courseWithLessonsSchema, textQuery } from '../schemas.ts'

const about = { tag: 'Catalogue', scope: 'learning:read', caller: 'anyone' } as const

/** The catalogue, the same for everybody. */
export const courseOperations = ({ courses }: OpenApiDeps) => [
  operation({
    ...about,
    method: 'get',
    path: '/v1/learning/courses',
    id: 'listCourses',
    summary: 'List the courses',
    query: courseQuery,
    answer: { status: 200, about: 'A page of the catalogue, in its order.', schema: courseList.schema(courseSchema) },
    async handle({ ctx, query: { limit, cursor, locale, level, subject } }) {
      const { items, next } = await courses.page({ level, subject }, { limit, after: cursor })
      const language = answerLocale(ctx, locale)
      return courseList.page({ items: items.map((course) => shownCourse(course, language)), next })
    },
  }),
  operation({
    ...about,
    method: 'get',
    path: '/v1/learning/courses/:courseId',
    id: 'readCourse',
    summary: 'Read a course and what it contains',
    params: courseParams,
    query: textQuery,
    answer: { status: 200, about: 'The course.', schema: courseWithLessonsSchema },
    problems: ['not-found'],
    async handle({ ctx, params: { courseId }, query: { locale } }) {
      const [course, lessons] = await Promise.all([courses.find(courseId), courses.lessonsOf(courseId)])
      if (!course) throw new Problem('not-found', { detail: 'there is no such course' })
      const language = answerLocale(ctx, locale)
      return ok({ ...shownCourse(course, language), contents: lessons.map((lesson) => shownLesson(lesson, language)) })
    },
  }),
]
