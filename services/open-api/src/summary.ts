import type { LearningRecord } from './stores/learning-records.ts'
import { dayIn } from './time-zone.ts'

/** Counts a person's records, at a time in milliseconds; days begin at midnight of the time zone. */
export function summaryOf(records: readonly LearningRecord[], { now, timeZone }: { now: number; timeZone: string }) {
  const finished = records.filter(({ finishedAt }) => finishedAt !== null)
  return {
    lessons_finished: finished.filter(({ kind }) => kind === 'lesson').length,
    videos_finished: finished.filter(({ kind }) => kind === 'video').length,
    minutes: minutesOf(records),
    streak_days: streakOf(finished, now, dayIn(timeZone)),
    updated_at: latestOf(records),
  }
}

/** Whole minutes of what was learnt. */
export const minutesOf = (of: readonly { seconds: number }[]): number =>
  Math.floor(of.reduce((sum, { seconds }) => sum + seconds, 0) / 60)

function streakOf(finished: readonly LearningRecord[], now: number, dayOf: (time: number) => number): number {
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
