import { type Database, defineCollection } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import type { SignOut } from '../core/types.ts'

export const signOuts = defineCollection<SignOut>({ name: 'sign_outs', key: 'id', expiry: 'expiresAt' })

export const createSignOutStore = (database: Database): Stores['signOuts'] => ({
  insert: (signOut) => database.collection(signOuts).insert(signOut),
  find: (id) => database.collection(signOuts).find({ id }),
  finish: (id, outcome) => database.collection(signOuts).update({ id, ended: null }, { set: outcome }),
})
