import { ok } from '@menshen/shared/api/answer'
import { invalidInput } from '@menshen/shared/api/input'
import { operation } from '@menshen/shared/api/operation'
import { Problem } from '@menshen/shared/http/problem'
import type { OpenApiDeps } from '../deps.ts'
import { answerLocale, shownLesson, shownRecord, shownState } from '../representations.ts'
import {
  courseParams,
  historyItemSchema,
  historyList,
  historyQuery,
  lessonParams,
  progressBody,
  progressSchema,
  recordSchema,
  summaryQuery,
  summarySchema,
  textQuery,
} from '../schemas.ts'
import type { Lesson } from '../stores/courses.ts'
import { minutesOf, summaryOf } from '../summary.ts'

const reading = { tag: 'Learning', scope: 'learning:read' }

/** A person's learning, for apps and sites that the person allowed to see it. */
export const learningOperations = ({ records, courses, people, clock }: OpenApiDeps) => [
  operation({
    ...reading,
    method: 'get',
    path: '/v1/learning/summary',
    id: 'readSummary',
    summary: 'Read how much the person has learnt',
    query: summaryQuery,
    answer: { status: 200, about: 'The numbers.', schema: summarySchema },
    async handle({ token: { sub }, query: { time_zone } }) {
      const [learnt, person] = await Promise.all([records.ofPerson(sub), people.find(sub)])
      return ok(summaryOf(learnt, { now: clock.now(), timeZone: time_zone ?? person?.zoneinfo ?? 'UTC' }))
    },
  }),
  operation({
    ...reading,
    method: 'get',
    path: '/v1/learning/courses/:courseId/progress',
    id: 'readProgress',
    summary: 'Read how far the person has come in a course',
    params: courseParams,
    query: textQuery,
    answer: { status: 200, about: 'The course, lesson by lesson.', schema: progressSchema },
    problems: ['not-found'],
    async handle({ ctx, token: { sub }, params: { courseId }, query: { locale } }) {
      const [lessons, learnt] = await Promise.all([courses.lessonsOf(courseId), records.inCourse(sub, courseId)])
      if (lessons.length === 0) throw new Problem('not-found', { detail: 'there is no such course' })
      const byLesson = new Map(learnt.map((record) => [record.lessonId, record]))
      const isFinished = ({ id }: Lesson) => byLesson.get(id)?.finishedAt != null
      const finished = lessons.filter(isFinished).length
      const language = answerLocale(ctx, locale)
      return ok({
        course_id: courseId,
        finished,
        total: lessons.length,
        percent: Math.floor((finished * 100) / lessons.length),
        minutes: minutesOf(learnt),
        next_lesson_id: lessons.find((lesson) => !isFinished(lesson))?.id ?? null,
        contents: lessons.map((lesson) => ({ ...shownLesson(lesson, language), ...shownState(byLesson.get(lesson.id)) })),
      })
    },
  }),
  operation({
    ...reading,
    method: 'get',
    path: '/v1/learning/history',
    id: 'listHistory',
    summary: 'List what the person has learnt',
    query: historyQuery,
    answer: { status: 200, about: 'A page, the latest first.', schema: historyList.schema(historyItemSchema) },
    async handle({ ctx, token: { sub }, query: { limit, cursor, locale } }) {
      const { items, next } = await records.page(sub, { limit, after: cursor })
      const language = answerLocale(ctx, locale)
      const titles = await courses.titlesOf([...new Set(items.map(({ courseId }) => courseId))])
      return historyList.page({
        items: items.map((record) => ({ ...shownRecord(record), title: titles.get(record.lessonId)?.[language] ?? '' })),
        next,
      })
    },
  }),
  operation({
    method: 'put',
    path: '/v1/learning/records/:lessonId',
    id: 'putRecord',
    tag: 'Learning',
    scope: 'learning:write',
    summary: 'Write down what the person did in a lesson',
    description:
      'The same request again changes nothing. `position` is where the video was stopped last; what is finished stays so, and its first finish counts.',
    params: lessonParams,
    body: progressBody,
    answer: { status: 200, about: 'The record as it is now.', schema: recordSchema },
    problems: ['not-found'],
    async handle({ token: { sub }, params: { lessonId }, body }) {
      const lesson = await courses.lesson(lessonId)
      if (!lesson) throw new Problem('not-found', { detail: 'there is no such lesson' })
      requirePlace(lesson, body.position)
      const record = await records.put(sub, lesson, body)
      await requireAccount(sub, { people, records })
      return ok(shownRecord(record))
    },
  }),
]

/** @throws Problem 400 for a place that the lesson does not have. */
function requirePlace({ kind, seconds }: Lesson, position: number | undefined): void {
  if (position === undefined) return
  if (kind !== 'video') throw invalidInput([{ field: 'position', detail: 'only a video has one' }])
  if (position > seconds) throw invalidInput([{ field: 'position', detail: `the video ends at ${seconds} seconds` }])
}

/**
 * To be asked after writing: a deletion marks the person first and forgets them then, so what slipped in between is seen here.
 * @throws Problem 403 when the account was deleted; nothing of it is kept.
 */
async function requireAccount(sub: string, { people, records }: Pick<OpenApiDeps, 'people' | 'records'>): Promise<void> {
  if ((await people.find(sub))?.deletedAt == null) return
  await records.removePerson(sub)
  throw new Problem('forbidden', { detail: 'the account was deleted' })
}
