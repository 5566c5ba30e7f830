import { type Clock, systemClock } from '@menshen/shared/clock'
import { type Database, upsertIn } from '@menshen/shared/storage'
import { catalogue } from './demo/catalogue.ts'
import { courses, type Lesson, lessons } from './stores/courses.ts'
import { type LearningRecord, learningRecordId, learningRecords } from './stores/learning-records.ts'

/**
 * The catalogue of the demo, and the learning of its people, given by their `sub`: alice much, bob some. What is there already stays as it is.
 */
export async function seedOpenApi(
  database: Database,
  people: { alice: string; bob: string },
  clock: Clock = systemClock,
): Promise<void> {
  const records = [...recordsOf(people.alice, alice, clock.now()), ...recordsOf(people.bob, bob, clock.now())]
  await database.transaction([
    ...catalogue.map(({ course: { id, ...course } }) => upsertIn(courses, id, { insert: course })),
    ...catalogue.flatMap((entry) => entry.lessons).map(({ id, ...lesson }) => upsertIn(lessons, id, { insert: lesson })),
    ...records.map(({ id, ...record }) => upsertIn(learningRecords, id, { insert: record })),
  ])
}

/** A course as somebody takes it: one part after the other, each on the given day before the seed; the next is begun today. */
interface TakenCourse {
  course: string
  daysAgo: readonly number[]
  begun?: boolean
}

const alice: readonly TakenCourse[] = [
  { course: 'interaction-design', daysAgo: [64, 64, 62, 61, 61, 58, 57, 57] },
  { course: 'user-research', daysAgo: [40, 39, 37, 37, 36, 33, 33] },
  { course: 'accessible-web', daysAgo: [8, 7, 6, 5, 4, 3, 2], begun: true },
  { course: 'secure-sign-in', daysAgo: [1, 0], begun: true },
]

const bob: readonly TakenCourse[] = [
  { course: 'typescript', daysAgo: [21, 20, 19] },
  { course: 'database-basics', daysAgo: [1, 1, 0, 0], begun: true },
]

const recordsOf = (sub: string, taken: readonly TakenCourse[], now: number): LearningRecord[] =>
  taken.flatMap(({ course, daysAgo, begun }) => {
    const contents = catalogue.find(({ course: { id } }) => id === course)?.lessons ?? []
    const finished = contents
      .slice(0, daysAgo.length)
      .map((lesson, i) => finishedRecord(sub, lesson, now - (daysAgo[i] ?? 0) * DAY - 10 * MINUTE + i * SECOND))
    const next = contents[daysAgo.length]
    return begun && next ? [...finished, begunRecord(sub, next, now)] : finished
  })

const SECOND = 1000
const MINUTE = 60_000
const DAY = 86_400_000

const finishedRecord = (sub: string, lesson: Lesson, at: number): LearningRecord => ({
  ...begunRecord(sub, lesson, at),
  seconds: lesson.seconds,
  finishedAt: at,
})

/** A video is stopped in its middle. */
function begunRecord(sub: string, { id, courseId, kind, seconds }: Lesson, at: number): LearningRecord {
  const position = kind === 'video' ? Math.floor(seconds / 2) : null
  const learnt = { position, seconds: position ?? 0, finishedAt: null, updatedAt: at, version: 1 }
  return { id: learningRecordId(sub, id), sub, lessonId: id, courseId, kind, ...learnt }
}
