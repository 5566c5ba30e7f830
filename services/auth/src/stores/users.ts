import type { NewEvent } from '@menshen/shared/events'
import { defineCollection, insertInto, type OperationOf, removeFrom, UniqueConflict, updateIn } from '@menshen/shared/storage'
import type { NewPerson, UserStore } from '../core/ports.ts'
import type { Identifier, PasswordCredential, User } from '../core/types.ts'
import type { StoreDeps } from './store-deps.ts'

export const users = defineCollection<User>({ name: 'users', key: 'sub', indexes: [['disabledAt']] })
export const identifiers = defineCollection<Identifier>({ name: 'identifiers', key: 'id', indexes: [['sub']] })
export const passwords = defineCollection<PasswordCredential>({ name: 'passwords', key: 'sub' })

/** All of a new person at once: of two who take one user name, the second finds it taken and leaves nothing behind. */
export function userCreation(
  { sub, identifiers: ids, hash, ...profile }: NewPerson,
  updatedAt: number,
): { operations: OperationOf<unknown>[]; event: NewEvent } {
  return {
    operations: [
      ...ids.map((id) => insertInto(identifiers, { id, sub })),
      insertInto(users, { sub, ...profile, updatedAt, disabledAt: null, lastGrantAt: null, version: 1 }),
      insertInto(passwords, { sub, hash }),
    ],
    event: { type: 'user.created', subject: sub, data: { sub, ...profile, version: 1 } },
  }
}

/** What a person signs in with goes at once, and its names are free; of the account only that its `sub` was somebody's stays. */
export const userDeletion = (
  { sub, version }: Pick<User, 'sub' | 'version'>,
  deletedAt: number,
): { operations: OperationOf<unknown>[]; event: NewEvent } => ({
  operations: [
    updateIn(users, { sub, version }, { set: { ...nobody, disabledAt: deletedAt, deletedAt, version: version + 1 } }),
    removeFrom(identifiers, { sub }),
    removeFrom(passwords, { sub }),
  ],
  event: { type: 'user.deleted', subject: sub, data: { sub, version: version + 1 } },
})

const nobody = { preferred_username: '', claims: {}, roles: [], updatedAt: 0, lastGrantAt: null }

export const createUserStore = ({ database, outbox, clock }: StoreDeps): UserStore => ({
  find: (sub) => database.collection(users).find({ sub, deletedAt: null }),
  identify: (id) => database.collection(identifiers).find({ id }),
  password: (sub) => database.collection(passwords).find({ sub }),
  list: ({ after, limit }) =>
    database
      .collection(users)
      .list(
        { deletedAt: null, disabledAt: null },
        { orderBy: 'sub', limit, ...(after !== undefined && { after: [after, after] }) },
      ),
  async create(person) {
    const { operations, event } = userCreation(person, clock.now())
    try {
      await outbox.commit(operations, [event])
      return true
    } catch (error) {
      if (error instanceof UniqueConflict) return false
      throw error
    }
  },
  async replacePassword({ sub, hash: known }, hash) {
    await database.collection(passwords).update({ sub, hash: known }, { set: { hash } })
  },
})
