import { type Database, defineCollection } from '@menshen/shared/storage'

/** How far a person has come in one lesson or video. */
export interface LearningRecord {
  /** `sub lessonId` */
  id: string
  sub: string
  lessonId: string
  kind: 'lesson' | 'video'
  /** Time spent on it so far. */
  seconds: number
  finishedAt: number | null
  updatedAt: number
}

export const learningRecords = defineCollection<LearningRecord>({ name: 'learning_records', key: 'id', indexes: [['sub']] })

/** The key of the record of this person and lesson. */
export const learningRecordId = (sub: string, lessonId: string): string => `${sub} ${lessonId}`

export interface LearningRecordStore {
  /** All records of a person: hundreds, as there are lessons. */
  ofPerson(sub: string): Promise<LearningRecord[]>
}

export const createLearningRecordStore = (database: Database): LearningRecordStore => ({
  ofPerson: (sub) => database.collection(learningRecords).list({ sub }),
})
