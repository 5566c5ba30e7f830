import { defineList } from '@menshen/shared/api/list'
import { z } from 'zod'
import { levels, locales, subjects } from './stores/courses.ts'
import { isTimeZone } from './time-zone.ts'

const time = z.iso.datetime()
const courseId = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'is no id of a course')
const lessonId = z.string().regex(/^[a-z][a-z0-9-]{0,70}$/, 'is no id of a lesson')
const kind = z.enum(['lesson', 'video'])
const title = z.string().meta({ examples: ['Interaction design'] })

export const courseParams = z.strictObject({ courseId: courseId.meta({ examples: ['interaction-design'] }) })
export const lessonParams = z.strictObject({ lessonId: lessonId.meta({ examples: ['interaction-design-1'] }) })

const locale = z
  .enum(locales, 'must be en or zh-CN')
  .optional()
  .meta({ description: 'The language of titles and descriptions; `Accept-Language` decides when it is left out.' })

export const textQuery = z.strictObject({ locale })

/** Ordered by the place in the catalogue. */
export const courseList = defineList('courses', z.int())
export const courseQuery = z.strictObject({
  ...courseList.query,
  locale,
  level: z.enum(levels).optional(),
  subject: z.enum(subjects).optional(),
})

/** Ordered by when something was last learnt there. */
export const historyList = defineList('history', z.int())
export const historyQuery = z.strictObject({ ...historyList.query, locale })

export const summaryQuery = z.strictObject({
  time_zone: z
    .string('must be given once')
    .refine(isTimeZone, 'must be an IANA time zone, such as Asia/Shanghai')
    .optional()
    .meta({
      description: 'Where the days of `streak_days` begin; the zone of the account when left out, and UTC when it has none.',
      examples: ['Asia/Shanghai'],
    }),
})

export const summarySchema = z
  .object({
    lessons_finished: z.int(),
    videos_finished: z.int(),
    minutes: z.int().meta({ description: 'Whole minutes learnt, also of what is not finished.' }),
    streak_days: z.int().meta({
      description:
        'Days in a row on which something was finished, up to today, or to yesterday as long as today may still join them.',
    }),
    updated_at: time.nullable().meta({ description: 'Null when nothing was begun.' }),
  })
  .meta({ id: 'LearningSummary' })

const courseFields = {
  id: courseId,
  title,
  description: z.string(),
  level: z.enum(levels),
  subject: z.enum(subjects),
  lessons: z.int().meta({ description: 'How many lessons it has.' }),
  videos: z.int().meta({ description: 'How many videos it has.' }),
  minutes: z.int().meta({ description: 'How long all of it takes.' }),
}
export const courseSchema = z.object(courseFields).meta({ id: 'Course' })

const lessonFields = { lesson_id: lessonId, title, kind, seconds: z.int().meta({ description: 'Its length.' }) }
export const courseWithLessonsSchema = z
  .object({ ...courseFields, contents: z.array(z.object(lessonFields).meta({ id: 'Lesson' })) })
  .meta({ id: 'CourseWithLessons' })

const recordFields = {
  position: z.int().nullable().meta({ description: 'Where a video was stopped, in seconds; null in lessons.' }),
  finished_at: time.nullable(),
}
export const recordSchema = z
  .object({ lesson_id: lessonId, course_id: courseId, kind, ...recordFields, updated_at: time })
  .meta({ id: 'LearningRecord' })

export const historyItemSchema = z
  .object({ lesson_id: lessonId, course_id: courseId, title, kind, ...recordFields, updated_at: time })
  .meta({ id: 'HistoryItem' })

export const progressSchema = z
  .object({
    course_id: courseId,
    finished: z.int().meta({ description: 'How many of its lessons and videos are finished.' }),
    total: z.int(),
    percent: z.int().min(0).max(100),
    minutes: z.int(),
    next_lesson_id: lessonId.nullable().meta({ description: 'The first that is not finished; null at the end.' }),
    contents: z.array(z.object({ ...lessonFields, ...recordFields }).meta({ id: 'LessonProgress' })),
  })
  .meta({ id: 'CourseProgress' })

/** At least one of the two, or there is nothing to write down. */
export const progressBody = z
  .strictObject({
    position: z
      .int()
      .min(0)
      .max(86_400)
      .optional()
      .meta({ description: 'Where the video was stopped, in seconds.', examples: [95] }),
    finished: z.literal(true, 'can only become true').optional().meta({ description: 'What is finished stays so.' }),
  })
  .refine(({ position, finished }) => position !== undefined || finished !== undefined, {
    message: 'position or finished is needed',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ id: 'Progress', minProperties: 1 })
