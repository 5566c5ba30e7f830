import type { Database } from '@menshen/shared/storage'
import { isDisabled } from '../core/client.ts'
import { clients } from '../stores/clients.ts'
import { grants } from '../stores/grants.ts'
import { revokedTokens } from '../stores/revoked-tokens.ts'
import { users } from '../stores/users.ts'

/** What one check of a token found. */
export interface Finding {
  check: string
  ok: boolean
  detail: string
}

/** What was found, and behind it why that is wrong. */
export const found = (check: string, ok: boolean, detail: string, fault: string): Finding => ({
  check,
  ok,
  detail: ok ? detail : `${detail}${fault}`,
})

/** A claim as text: that of a strange token may be anything that JSON can tell. */
export const textOf = (claim: unknown): string => (typeof claim === 'object' ? JSON.stringify(claim) : String(claim))

type Claims = Record<string, unknown>

/** How far clocks may be apart, in seconds: as our APIs have it. */
const leeway = 5

/** RFC 7519 sections 4.1.4 to 4.1.6. */
export function timeFindings({ exp, nbf, iat }: Claims, now: number): Finding[] {
  const seconds = now / 1000
  return [
    found('exp', typeof exp === 'number' && exp + leeway > seconds, timeOf(exp), ': it has ended, get another one'),
    ...(nbf === undefined
      ? []
      : [found('nbf', typeof nbf === 'number' && nbf - leeway <= seconds, timeOf(nbf), ': not before then')]),
    ...(iat === undefined
      ? []
      : [found('iat', typeof iat === 'number' && iat - leeway <= seconds, timeOf(iat), ': in the future, so clocks differ')]),
  ]
}

const timeOf = (value: unknown): string =>
  typeof value === 'number' && Math.abs(value) < 8e12 ? new Date(value * 1000).toISOString().replace('.000Z', 'Z') : textOf(value)

/** Whether what a token rests on still stands: client, Grant, account; without a Grant the token itself. */
export async function standingFindings(claims: Claims, { database }: { database: Database }): Promise<Finding[]> {
  const client_id = textOf(claims['client_id'] ?? claims['aud'] ?? '')
  const client = await database.collection(clients).find({ client_id })
  const fault = client ? ': it is disabled' : ': there is no such client'
  const ofClient = found('client', client !== undefined && !isDisabled(client), client_id, fault)
  const { grant_id, jti } = claims
  if (typeof grant_id === 'string') return [ofClient, ...(await grantFindings(grant_id, database))]
  if (typeof jti !== 'string') return [ofClient]
  const revoked = await database.collection(revokedTokens).find({ jti })
  return [ofClient, found('jti', revoked === undefined, jti, ': it was revoked')]
}

async function grantFindings(grant_id: string, database: Database): Promise<Finding[]> {
  const grant = await database.collection(grants).find({ grant_id })
  if (!grant) return [{ check: 'grant', ok: false, detail: `${grant_id}: it is not kept any more` }]
  const { revokedAt, revokedFor, sub } = grant
  const user = await database.collection(users).find({ sub, deletedAt: null })
  const fault = user ? ': the account is disabled' : ': there is no such account'
  return [
    found('grant', revokedAt === null, grant_id, `: revoked, ${revokedFor}`),
    found('user', user?.disabledAt === null, user?.preferred_username ?? sub, fault),
  ]
}
