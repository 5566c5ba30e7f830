import { type Database, defineCollection } from '@menshen/shared/storage'
import type { UserStore } from '../core/ports.ts'
import type { Identifier, PasswordCredential, User } from '../core/types.ts'

export const users = defineCollection<User>({ name: 'users', key: 'sub' })
export const identifiers = defineCollection<Identifier>({ name: 'identifiers', key: 'id', indexes: [['sub']] })
export const passwords = defineCollection<PasswordCredential>({ name: 'passwords', key: 'sub' })

export const createUserStore = (database: Database): UserStore => ({
  find: (sub) => database.collection(users).find({ sub }),
  identify: (id) => database.collection(identifiers).find({ id }),
  password: (sub) => database.collection(passwords).find({ sub }),
  async replacePassword({ sub, hash: known }, hash) {
    await database.collection(passwords).update({ sub, hash: known }, { set: { hash } })
  },
})
