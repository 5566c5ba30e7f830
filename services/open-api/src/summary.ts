import type { LearningRecord } from './stores/learning-records.ts'

/** What outside sites are told of a person's learning. */
export interface LearningSummary {
  lessons_finished: number
  videos_finished: number
  /** Whole minutes spent, also on what is not finished. */
  minutes: number
  /** Days in a row, in UTC, on which something was finished, up to today, or to yesterday as long as today may still join them. */
  streak_days: number
  /** RFC 3339; null when nothing was begun. */
  updated_at: string | null
}

/** Counts a person's records, at a time in milliseconds. */
export function summaryOf(records: readonly LearningRecord[], now: number): LearningSummary {
  const finished = records.filter(({ finishedAt }) => finishedAt !== null)
  const seconds = records.reduce((sum, record) => sum + record.seconds, 0)
  return {
    lessons_finished: finished.filter(({ kind }) => kind === 'lesson').length,
    videos_finished: finished.filter(({ kind }) => kind === 'video').length,
    minutes: Math.floor(seconds / 60),
    streak_days: streakOf(finished, now),
    updated_at: latestOf(records),
  }
}

function streakOf(finished: readonly LearningRecord[], now: number): number {
  const days = new Set(finished.map(({ finishedAt }) => dayOf(finishedAt ?? 0)))
  const today = dayOf(now)
  const last = days.has(today) ? today : today - 1
  let first = last
  while (days.has(first)) first -= 1
  return last - first
}

function latestOf(records: readonly LearningRecord[]): string | null {
  if (records.length === 0) return null
  return new Date(records.reduce((latest, { updatedAt }) => Math.max(latest, updatedAt), 0)).toISOString()
}

const dayOf = (time: number): number => Math.floor(time / 86_400_000)
