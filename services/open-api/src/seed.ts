import { type Clock, systemClock } from '@menshen/shared/clock'
import { type Database, upsertIn } from '@menshen/shared/storage'
import { type LearningRecord, learningRecordId, learningRecords } from './stores/learning-records.ts'

/** The learning of the demo people, given by their `sub`: alice much, bob some. A record that is there already stays as it is. */
export async function seedOpenApi(
  database: Database,
  people: { alice: string; bob: string },
  clock: Clock = systemClock,
): Promise<void> {
  const records = [...recordsOf(people.alice, alice, clock.now()), ...recordsOf(people.bob, bob, clock.now())]
  await database.transaction(records.map(({ id, ...record }) => upsertIn(learningRecords, id, { insert: record })))
}

/** A course as somebody took it: a lesson and a video a day, as long as there are any. */
interface TakenCourse {
  course: string
  /** How long before the seed its first day was. */
  begunDays: number
  /** Minutes spent on each. */
  lessons: readonly number[]
  videos: readonly number[]
  /** Minutes spent on a lesson that is not finished. */
  unfinished?: number
}

const alice: readonly TakenCourse[] = [
  { course: 'interaction-design', begunDays: 64, lessons: [35, 40, 25, 50, 45, 30], videos: [12, 9, 14] },
  { course: 'user-research', begunDays: 33, lessons: [30, 30, 45, 20, 55], videos: [18, 11, 16, 8] },
  {
    course: 'accessible-web',
    begunDays: 8,
    lessons: [25, 40, 30, 35, 20, 45, 30, 25, 40],
    videos: [10, 15, 7, 12],
    unfinished: 10,
  },
]

const bob: readonly TakenCourse[] = [
  { course: 'typescript', begunDays: 21, lessons: [40, 35], videos: [14] },
  { course: 'database-basics', begunDays: 1, lessons: [30, 25], videos: [9], unfinished: 15 },
]

const recordsOf = (sub: string, courses: readonly TakenCourse[], now: number): LearningRecord[] =>
  courses.flatMap((taken) => [
    ...taken.lessons.map((minutes, day) => recordOf(sub, taken, { kind: 'lesson', minutes, day }, now)),
    ...taken.videos.map((minutes, day) => recordOf(sub, taken, { kind: 'video', minutes, day }, now)),
    ...unfinishedOf(sub, taken, now),
  ])

function unfinishedOf(sub: string, taken: TakenCourse, now: number): LearningRecord[] {
  if (taken.unfinished === undefined) return []
  const next = { kind: 'lesson', minutes: taken.unfinished, day: taken.lessons.length } as const
  return [{ ...recordOf(sub, taken, next, now), finishedAt: null, updatedAt: now }]
}

const DAY = 86_400_000

function recordOf(
  sub: string,
  { course, begunDays }: TakenCourse,
  { kind, minutes, day }: { kind: LearningRecord['kind']; minutes: number; day: number },
  now: number,
): LearningRecord {
  const lessonId = `${course}-${kind}-${day + 1}`
  const at = now - (begunDays - day) * DAY
  return { id: learningRecordId(sub, lessonId), sub, lessonId, kind, seconds: minutes * 60, finishedAt: at, updatedAt: at }
}
