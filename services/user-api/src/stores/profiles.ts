import type { Clock } from '@menshen/shared/clock'
import { type Database, defineCollection, type ListPage, type Position, pageOf } from '@menshen/shared/storage'

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

export const profiles = defineCollection<Profile>({ name: 'profiles', key: 'sub', indexes: [['visibility', 'sub']] })

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
  /** A page of the profiles that their people show to everybody. */
  publicPage(page: { limit: number; after?: Position | undefined }): Promise<ListPage<Profile>>
}

export function createProfileStore({ database, clock }: { database: Database; clock: Clock }): ProfileStore {
  const stored = database.collection(profiles)
  return {
    ofPerson: async (sub) => (await stored.find({ sub })) ?? stored.upsert(sub, { insert: emptyProfile(clock.now()) }),

    async publicPage({ limit, after }) {
      const page = { orderBy: 'sub' as const, limit: limit + 1, ...(after && { after }) }
      return pageOf(await stored.list({ visibility: 'public' }, page), limit, ({ sub }) => [sub, sub])
    },
  }
}
