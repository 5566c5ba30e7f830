import { outboxEvents, parkedEvents } from '@menshen/shared/events'
import { leases } from '@menshen/shared/leases'
import type { AnyDefinition, Schema } from '@menshen/shared/storage'
import type { Stores } from '../core/ports.ts'
import { createAccessStore } from './access.ts'
import { apis, createApiStore } from './apis.ts'
import { assertions, createAssertionStore } from './assertions.ts'
import { attempts, createAttemptStore } from './attempts.ts'
import { audit } from './audit.ts'
import { authorizationCodes, createCodeStore } from './authorization-codes.ts'
import { clients, createClientStore } from './clients.ts'
import { consents, createConsentStore } from './consents.ts'
import { createErasureStore } from './erasure.ts'
import { createGrantStore, grants } from './grants.ts'
import { createInteractionStore, interactions } from './interactions.ts'
import { createKeyStore, keys } from './keys.ts'
import { createLogoutNoticeStore, logoutNotices } from './logout-notices.ts'
import { createRateStore, rates } from './rates.ts'
import { createRefreshTokenStore, refreshTokens } from './refresh-tokens.ts'
import { registrationTokens } from './registration-tokens.ts'
import { createRevocationStore, revocations } from './revocations.ts'
import { createRevokedTokenStore, revokedTokens } from './revoked-tokens.ts'
import { createSealedStore, sealedSecrets } from './sealed.ts'
import { createSessionStore, sessions } from './sessions.ts'
import { createSignOutStore, signOuts } from './sign-outs.ts'
import type { StoreDeps } from './store-deps.ts'
import { createUserStore, identifiers, passwords, users } from './users.ts'

/** Everything auth stores. */
export const collections: readonly AnyDefinition[] = [
  clients,
  assertions,
  rates,
  apis,
  users,
  identifiers,
  passwords,
  sessions,
  interactions,
  consents,
  grants,
  authorizationCodes,
  refreshTokens,
  signOuts,
  logoutNotices,
  attempts,
  revokedTokens,
  revocations,
  keys,
  sealedSecrets,
  registrationTokens,
  audit,
  outboxEvents,
  parkedEvents,
  leases,
]

/** The same, by version: who changes an index there counts it up. */
export const schema: Schema = { service: 'auth', version: 2, collections }

/** The core's stores over one database. */
export const createStores = ({ database, outbox, clock }: StoreDeps): Stores => ({
  clients: createClientStore(database),
  assertions: createAssertionStore(database),
  rates: createRateStore(database),
  apis: createApiStore(database),
  users: createUserStore({ database, outbox, clock }),
  sessions: createSessionStore({ database, outbox, clock }),
  interactions: createInteractionStore(database),
  consents: createConsentStore(database),
  access: createAccessStore({ database, outbox, clock }),
  erasure: createErasureStore(database),
  grants: createGrantStore({ database, outbox, clock }),
  codes: createCodeStore(database),
  refreshTokens: createRefreshTokenStore(database),
  signOuts: createSignOutStore(database),
  logoutNotices: createLogoutNoticeStore(database),
  attempts: createAttemptStore(database),
  keys: createKeyStore(database),
  sealed: createSealedStore(database),
  revokedTokens: createRevokedTokenStore({ database, outbox, clock }),
  revocations: createRevocationStore({ database }),
})
