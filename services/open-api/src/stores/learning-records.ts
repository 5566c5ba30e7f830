import type { Clock } from '@menshen/shared/clock'
import {
  type Database,
  defineCollection,
  type ListPage,
  type OperationOf,
  type Position,
  pageOf,
  removeFrom,
  UniqueConflict,
} from '@menshen/shared/storage'
import type { Lesson } from './courses.ts'

/** How far a person has come in one lesson or video. */
export interface LearningRecord {
  /** `sub lessonId` */
  id: string
  sub: string
  lessonId: string
  courseId: string
  kind: Lesson['kind']
  /** Where the person stopped a video, in seconds; null in lessons. */
  position: number | null
  /** How much of it was learnt: the furthest place in a video, all of what is finished. */
  seconds: number
  finishedAt: number | null
  updatedAt: number
  version: number
}

export const learningRecords = defineCollection<LearningRecord>({
  name: 'learning_records',
  key: 'id',
  indexes: [
    ['sub', 'updatedAt'],
    ['sub', 'courseId'],
  ],
})

/** The key of the record of this person and lesson. */
export const learningRecordId = (sub: string, lessonId: string): string => `${sub} ${lessonId}`

/** What a person did in a lesson. */
export interface Progress {
  position?: number | undefined
  finished?: boolean | undefined
}

export interface LearningRecordStore {
  /** All records of a person: hundreds, as there are lessons. */
  ofPerson(sub: string): Promise<LearningRecord[]>
  inCourse(sub: string, courseId: string): Promise<LearningRecord[]>
  /** A page of a person's records, the latest first. */
  page(sub: string, page: { limit: number; after?: Position | undefined }): Promise<ListPage<LearningRecord>>
  /** Writes down what a person did; the same again changes nothing, and what is finished stays so. */
  put(sub: string, lesson: Lesson, progress: Progress): Promise<LearningRecord>
  /** Forgets a person. `together`: what happens in the same transaction. */
  removePerson(sub: string, ...together: OperationOf<unknown>[]): Promise<void>
}

export function createLearningRecordStore({ database, clock }: { database: Database; clock: Clock }): LearningRecordStore {
  const records = database.collection(learningRecords)

  /** The record as it is then; nothing when another request was quicker. */
  async function tryPut(sub: string, lesson: Lesson, progress: Progress): Promise<LearningRecord | undefined> {
    const id = learningRecordId(sub, lesson.id)
    const known = await records.find({ id })
    const next = advanced(known, lesson, progress, clock.now())
    if (known && next === known) return known
    const { version, ...state } = next
    if (known) return records.update({ id, version: known.version }, { set: state, inc: { version: 1 } })
    try {
      const record = { id, sub, lessonId: lesson.id, courseId: lesson.courseId, kind: lesson.kind, ...state, version }
      await records.insert(record)
      return record
    } catch (error) {
      if (error instanceof UniqueConflict) return undefined
      throw error
    }
  }

  return {
    ofPerson: (sub) => records.list({ sub }),
    inCourse: (sub, courseId) => records.list({ sub, courseId }),

    async page(sub, { limit, after }) {
      const order = { orderBy: 'updatedAt' as const, descending: true, limit: limit + 1, ...(after && { after }) }
      return pageOf(await records.list({ sub }, order), limit, ({ updatedAt, id }) => [updatedAt, id])
    },

    async put(sub, lesson, progress) {
      for (;;) {
        const record = await tryPut(sub, lesson, progress)
        if (record) return record
      }
    },

    async removePerson(sub, ...together) {
      await database.transaction([removeFrom(learningRecords, { sub }), ...together])
    },
  }
}

type State = Pick<LearningRecord, 'position' | 'seconds' | 'finishedAt' | 'updatedAt' | 'version'>

/** The state after the progress: the very same when it says nothing new. The first finish counts, and the furthest place. */
function advanced(known: State | undefined, lesson: Lesson, { position, finished }: Progress, now: number): State {
  const before: State = known ?? {
    position: lesson.kind === 'video' ? 0 : null,
    seconds: 0,
    finishedAt: null,
    updatedAt: now,
    version: 1,
  }
  const finishes = finished === true && before.finishedAt === null
  const moves = position !== undefined && position !== before.position
  if (known && !finishes && !moves) return known
  return {
    position: position ?? before.position,
    seconds: finishes ? lesson.seconds : Math.max(before.seconds, position ?? 0),
    finishedAt: finishes ? now : before.finishedAt,
    updatedAt: now,
    version: before.version,
  }
}
