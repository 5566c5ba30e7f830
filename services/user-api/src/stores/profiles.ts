import type { Clock } from '@menshen/shared/clock'
import {
  type Database,
  defineCollection,
  insertInto,
  type ListPage,
  type OperationOf,
  type Position,
  pageOf,
  removeFrom,
  updateIn,
} from '@menshen/shared/storage'
import { folded } from './folding.ts'
import { emptyProfile, foundBy, type OwnFields, type Profile } from './profile.ts'

export const profiles = defineCollection<Profile>({
  name: 'profiles',
  key: 'sub',
  indexes: [['hidden'], ['username', 'hidden']],
})

/** One row for each skill that a profile is found by, written in the transaction that changes the profile. */
export const profileSkills = defineCollection<{ id: string; skill: string; sub: string }>({
  name: 'profile_skills',
  key: 'id',
  indexes: [['skill', 'sub'], ['sub']],
})

/** What a change of a profile sets; nothing: leave it. */
export type Next = (profile: Profile) => Partial<Profile> | undefined

interface Place {
  limit: number
  after?: Position | undefined
}

export interface ProfileStore {
  find(sub: string): Promise<Profile | undefined>
  /** The profile of a person, made when it is missing: events may come late, a person must not wait for them. */
  ofPerson(sub: string): Promise<Profile>
  /** What the person writes, into this version of the profile; nothing when it was changed meanwhile. */
  write(profile: Profile, own: Partial<OwnFields>): Promise<Profile | undefined>
  /**
   * Changes the profile, made when it is missing, as its newest version wants it: when another change comes between, it is asked again. `together`: what
   * happens in the same transaction.
   */
  follow(sub: string, next: Next, ...together: OperationOf<unknown>[]): Promise<void>
  /** A page of the people who are there, ordered by `sub`: all, or those of a user name. */
  page(filter: { username?: string | undefined }, place: Place): Promise<ListPage<Profile>>
  /** A page of the people who are found by a skill, ordered by `sub`. */
  pageOfSkill(skill: string, place: Place): Promise<ListPage<Profile>>
}

export function createProfileStore({ database, clock }: { database: Database; clock: Clock }): ProfileStore {
  const stored = database.collection(profiles)
  const skills = database.collection(profileSkills)

  async function find(sub: string): Promise<Profile | undefined> {
    const found = await stored.find({ sub })
    return found && complete(found)
  }
  const ofPerson = async (sub: string) =>
    (await find(sub)) ?? complete(await stored.upsert(sub, { insert: emptyProfile(clock.now()) }))

  async function change(
    profile: Profile,
    set: Partial<Profile>,
    ...together: OperationOf<unknown>[]
  ): Promise<Profile | undefined> {
    const given = await database.transaction([...changing(profile, { ...set, updatedAt: clock.now() }), ...together])
    return given && complete(given[0])
  }

  return {
    find,
    ofPerson,
    write: (profile, own) => change(profile, { ...own, writtenAt: clock.now() }),

    async follow(sub, next, ...together) {
      for (;;) {
        const profile = await ofPerson(sub)
        const set = next(profile)
        if (!set || (await change(profile, set, ...together))) return
      }
    },

    async page({ username }, { limit, after }) {
      const filter = { ...(username !== undefined && { username: folded(username) }), hidden: null }
      const found = await stored.list(filter, { orderBy: 'sub', limit: limit + 1, ...(after && { after }) })
      const { items, next } = pageOf(found, limit, bySub)
      return { items: items.map(complete), next }
    },

    async pageOfSkill(skill, { limit, after }) {
      const filter = { skill: folded(skill), ...(after && { sub: { gt: after[0] } }) }
      const { items, next } = pageOf(await skills.list(filter, { orderBy: 'sub', limit: limit + 1 }), limit, bySub)
      const found = (await Promise.all(items.map(({ sub }) => find(sub)))).filter((profile) => profile !== undefined)
      return { items: found.filter((profile) => foundBy(profile).includes(filter.skill)), next }
    },
  }
}

const bySub = ({ sub }: { sub: string }): Position => [sub, sub]

/** All of one change or nothing: the profile of this version, and the rows of its skills where they differ. */
function changing(profile: Profile, set: Partial<Profile>): [OperationOf<Profile>, ...OperationOf<unknown>[]] {
  const { sub, version } = profile
  const [before, after] = [foundBy(profile), foundBy({ ...profile, ...set })]
  return [
    updateIn(profiles, { sub, version: version || null }, { set, inc: { version: 1 } }),
    ...(before.join('\n') === after.join('\n')
      ? []
      : [
          removeFrom(profileSkills, { sub }),
          ...after.map((skill) => insertInto(profileSkills, { id: `${sub} ${skill}`, skill, sub })),
        ]),
  ]
}

/** A record from before versions were counted lacks some fields. */
const complete = (record: Partial<Profile> & Pick<Profile, 'sub' | 'createdAt'>): Profile => ({
  ...emptyProfile(record.createdAt),
  version: 0,
  ...record,
})
