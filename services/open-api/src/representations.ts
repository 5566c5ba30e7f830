import type { Context } from 'koa'
import type { Course, Lesson, Locale } from './stores/courses.ts'
import type { LearningRecord } from './stores/learning-records.ts'
import { minutesOf } from './summary.ts'

/** The language that titles are given in, told by `Content-Language` (RFC 9110 section 8.5). */
export function answerLocale(ctx: Context, asked: Locale | undefined): Locale {
  const locale = asked ?? (String(ctx.acceptsLanguages('en', 'zh-CN', 'zh')).startsWith('zh') ? 'zh-CN' : 'en')
  ctx.vary('accept-language')
  ctx.set('content-language', locale)
  return locale
}

export const shownCourse = ({ id, title, description, level, subject, lessons, videos, seconds }: Course, locale: Locale) => ({
  id,
  title: title[locale],
  description: description[locale],
  level,
  subject,
  lessons,
  videos,
  minutes: minutesOf([{ seconds }]),
})

export const shownLesson = ({ id, title, kind, seconds }: Lesson, locale: Locale) => ({
  lesson_id: id,
  title: title[locale],
  kind,
  seconds,
})

/** How far somebody came, times as RFC 3339 writes them; of what was not begun, nothing. */
export const shownState = (record: Pick<LearningRecord, 'position' | 'finishedAt'> | undefined) => ({
  position: record?.position ?? null,
  finished_at: record?.finishedAt == null ? null : new Date(record.finishedAt).toISOString(),
})

export const shownRecord = (record: LearningRecord) => ({
  lesson_id: record.lessonId,
  course_id: record.courseId,
  kind: record.kind,
  ...shownState(record),
  updated_at: new Date(record.updatedAt).toISOString(),
})
