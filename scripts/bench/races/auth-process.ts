import { codeFilter, takeCode } from '@menshen/auth/core/authorization-code'
import { requireGrant } from '@menshen/auth/core/grant'
import { challengeOf } from '@menshen/auth/core/pkce'
import { issueRefreshToken, rotateRefreshToken } from '@menshen/auth/core/refresh-token'
import { newSecret, sha256 } from '@menshen/auth/core/secrets'
import type { Grant } from '@menshen/auth/core/types'
import { authorizationCodes } from '@menshen/auth/stores/authorization-codes'
import { grants } from '@menshen/auth/stores/grants'
import { collections, createStores } from '@menshen/auth/stores/index'
import { systemClock } from '@menshen/shared/clock'
import { createOutbox } from '@menshen/shared/events'
import { createInProcessBus } from '@menshen/shared/events/in-process'
import { silentLog } from '@menshen/shared/log'
import { type Database, openDatabase } from '@menshen/shared/storage'

/** One process of auth, without HTTP: the stores and what the token endpoint does with them. */
export async function openAuthProcess(url: string) {
  const database = await openDatabase(url, { collections })
  const outbox = createOutbox({
    database,
    bus: createInProcessBus({ log: silentLog, alone: true }),
    clock: systemClock,
    log: silentLog,
    source: 'test',
  })
  const stores = createStores({ database, outbox, clock: systemClock })
  const config = { refreshTokenIdleTtl: 30 * 86_400, refreshTokenTtl: 180 * 86_400, refreshTokenGrace: 30 }
  // biome-ignore lint/suspicious/noExplicitAny: the few settings that redeeming and refreshing read
  const deps = { ...stores, clock: systemClock, config: config as any }
  return { database, stores, deps, ...operations(deps) }
}

export const client_id = 'racer'
const redirect_uri = 'https://racer.example/callback'
const code_verifier = 'v'.repeat(43)

function operations(deps: Parameters<typeof rotateRefreshToken>[1] & Parameters<typeof takeCode>[2]) {
  return {
    async redeem(code: string): Promise<string> {
      const { grant_id } = await takeCode(codeFilter({ code, client_id, redirect_uri, code_verifier }), Date.now() + 60_000, deps)
      await requireGrant(grant_id, deps)
      return issueRefreshToken({ grant_id, client_id }, deps)
    },
    async refresh(token: string): Promise<string> {
      const { refresh_token, grant_id } = await rotateRefreshToken({ token, client_id }, deps)
      await requireGrant(grant_id, deps)
      return refresh_token
    },
  }
}

/** A Grant with a code, straight into the database. */
export async function seedCode(database: Database): Promise<{ grant_id: string; code: string }> {
  const code = newSecret()
  const grant = newGrant()
  await database.collection(grants).insert(grant)
  await database.collection(authorizationCodes).insert({
    hash: sha256(code),
    grant_id: grant.grant_id,
    client_id,
    redirect_uri,
    code_challenge: challengeOf(code_verifier),
    nonce: null,
    uses: 0,
    expiresAt: Date.now() + 60_000,
    purgeAt: Date.now() + 600_000,
  })
  return { grant_id: grant.grant_id, code }
}

/** A Grant with a refresh token, straight into the database. */
export async function seedRefreshToken(
  database: Database,
  deps: Parameters<typeof issueRefreshToken>[1],
): Promise<{ grant_id: string; token: string }> {
  const grant = newGrant()
  await database.collection(grants).insert(grant)
  return { grant_id: grant.grant_id, token: await issueRefreshToken({ grant_id: grant.grant_id, client_id }, deps) }
}

function newGrant(): Grant {
  const now = Date.now()
  return {
    grant_id: newSecret(),
    client_id,
    sub: 'alice',
    sid: 'session',
    scope: 'openid',
    resource: [],
    auth_time: Math.floor(now / 1000),
    amr: ['pwd'],
    createdAt: now,
    revokedAt: null,
    revokedFor: null,
    purgeAt: now + 86_400_000,
  }
}
