import type { Database } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import type { AuditRecord } from '../core/types.ts'
import { audit } from './audit.ts'
import { consents } from './consents.ts'
import { grants } from './grants.ts'
import { refreshTokens } from './refresh-tokens.ts'
import { sessions } from './sessions.ts'

/** What the audit says of an account that tells nothing of its person. */
const impersonal = ['version', 'roles', 'disabledAt', 'failures', 'sessionsEnded', 'grantsRevoked']

export const createErasureStore = (database: Database): Stores['erasure'] => ({
  async erase(sub) {
    const held = await database.collection(grants).list({ sub })
    for (const { grant_id } of held) await database.collection(refreshTokens).remove({ grant_id })
    await database.collection(grants).remove({ sub })
    await database.collection(sessions).remove({ sub })
    await database.collection(consents).remove({ sub })
    for (const { id, before, after } of await database.collection(audit).list({ subject: sub }))
      await database.collection(audit).update({ id }, { set: { before: withoutPerson(before), after: withoutPerson(after) } })
  },
})

const withoutPerson = (fields: AuditRecord['before']): AuditRecord['before'] =>
  fields && Object.fromEntries(Object.entries(fields).filter(([name]) => impersonal.includes(name)))
