import { type Database, defineCollection } from '@menshen/shared/storage'
import type { InteractionStore } from '../core/ports.ts'
import type { Interaction } from '../core/types.ts'

export const interactions = defineCollection<Interaction>({ name: 'interactions', key: 'id', expiry: 'purgeAt' })

export const createInteractionStore = (database: Database): InteractionStore => ({
  insert: (interaction) => database.collection(interactions).insert(interaction),
  async finish(id, finishedAt) {
    await database.collection(interactions).update({ id, finishedAt: null }, { set: { finishedAt } })
  },
  find: (id) => database.collection(interactions).find({ id }),
  bind: (id, browser) => database.collection(interactions).update({ id, browser: null }, { set: { browser } }),
  async choose(id, { sid, signedIn }) {
    await database.collection(interactions).update({ id }, { set: { sid, signedIn } })
  },
})
