import { type Database, defineCollection, insertInto, type OperationOf, UniqueConflict, updateIn } from '@menshen/shared/storage'

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
  /** Keeps what is newest, in whatever order it comes; who was deleted stays so. `together`: what happens in the same transaction. */
  keep(person: Person, ...together: OperationOf<unknown>[]): Promise<void>
}

export function createPersonStore(database: Database): PersonStore {
  const stored = database.collection(people)

  async function tryKeep({ sub, ...next }: Person, together: OperationOf<unknown>[]): Promise<boolean> {
    const known = await stored.find({ sub })
    if (known && (known.deletedAt !== null || known.version >= next.version) && next.deletedAt === null) return true
    const kept = known ? updateIn(people, { sub, version: known.version }, { set: next }) : insertInto(people, { sub, ...next })
    try {
      return (await database.transaction([kept, ...together])) !== undefined
    } catch (error) {
      if (error instanceof UniqueConflict && error.collection === people.name) return false
      throw error
    }
  }

  return {
    find: (sub) => stored.find({ sub }),
    async keep(person, ...together) {
      while (!(await tryKeep(person, together)));
    },
  }
}
