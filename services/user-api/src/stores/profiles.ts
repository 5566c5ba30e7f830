import type { Clock } from '@menshen/shared/clock'
import { type Database, defineCollection } from '@menshen/shared/storage'

/** What the suite knows of a person besides the account at auth. */
export interface Profile {
  sub: string
  headline: string
  bio: string
  skills: string[]
  links: string[]
  visibility: 'public' | 'private'
  createdAt: number
  updatedAt: number
}

export const profiles = defineCollection<Profile>({ name: 'profiles', key: 'sub' })

/** A profile before its person has written anything: nothing is shown to others unasked. */
export const emptyProfile = (now: number): Omit<Profile, 'sub'> => ({
  headline: '',
  bio: '',
  skills: [],
  links: [],
  visibility: 'private',
  createdAt: now,
  updatedAt: now,
})

export interface ProfileStore {
  /** The profile of a person, made when it is missing: events may come late, a person must not wait for them. */
  ofPerson(sub: string): Promise<Profile>
}

export function createProfileStore({ database, clock }: { database: Database; clock: Clock }): ProfileStore {
  const stored = database.collection(profiles)
  return {
    ofPerson: async (sub) => (await stored.find({ sub })) ?? stored.upsert(sub, { insert: emptyProfile(clock.now()) }),
  }
}
