import { removeFrom, updateIn } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import { consents } from './consents.ts'
import type { StoreDeps } from './store-deps.ts'

export const createAccessStore = ({ outbox, clock }: StoreDeps): Stores['access'] => ({
  async end(ending, consent) {
    const withdrawn = consent
      ? [
          updateIn(consents, { id: consent.id, uses: consent.uses ?? null }, { set: { updatedAt: clock.now() } }),
          removeFrom(consents, { id: consent.id }),
        ]
      : []
    return (await outbox.commit(withdrawn, [{ type: 'access.ended', subject: ending.sub, data: ending }])) !== undefined
  },
})
