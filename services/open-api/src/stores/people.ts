import { type Database, defineCollection, UniqueConflict } from '@menshen/shared/storage'

/** What is remembered of an account at auth. */
export interface Person {
  sub: string
  /** An IANA name, as the account says it. */
  zoneinfo: string | null
  /** Of the account: what is older is not taken. */
  version: number
  deletedAt: number | null
}

export const people = defineCollection<Person>({ name: 'people', key: 'sub' })

export interface PersonStore {
  find(sub: string): Promise<Person | undefined>
  /** Keeps what is newest, in whatever order it comes; who was deleted stays so. */
  keep(person: Person): Promise<void>
}

export function createPersonStore(database: Database): PersonStore {
  const stored = database.collection(people)

  async function tryKeep({ sub, ...next }: Person): Promise<boolean> {
    const known = await stored.find({ sub })
    if (known && (known.deletedAt !== null || known.version >= next.version) && next.deletedAt === null) return true
    if (known) return (await stored.update({ sub, version: known.version }, { set: next })) !== undefined
    try {
      await stored.insert({ sub, ...next })
      return true
    } catch (error) {
      if (error instanceof UniqueConflict) return false
      throw error
    }
  }

  return {
    find: (sub) => stored.find({ sub }),
    async keep(person) {
      while (!(await tryKeep(person)));
    },
  }
}
