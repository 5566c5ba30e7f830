import { OAuthError } from './errors.ts'
import type { CoreDeps } from './ports.ts'
import { newSecret, seal, sha256, unseal } from './secrets.ts'
import type { RefreshToken } from './types.ts'

type RefreshDeps = Pick<CoreDeps, 'refreshTokens' | 'grants' | 'clock' | 'config'>

/** Issues the first refresh token of a Grant (RFC 6749 section 1.5). */
export async function issueRefreshToken(
  { grant_id, client_id }: Pick<RefreshToken, 'grant_id' | 'client_id'>,
  deps: RefreshDeps,
): Promise<string> {
  const token = newSecret()
  const familyExpiresAt = deps.clock.now() + deps.config.refreshTokenTtl * 1000
  const expiresAt = Math.min(idleEnd(deps), familyExpiresAt)
  await deps.refreshTokens.ensure(record(token, { grant_id, client_id, expiresAt, familyExpiresAt }))
  return token
}

/**
 * Uses a refresh token up and gives the one that follows (RFC 9700 section 4.14.2). The same client presenting it again within the grace gets
 * the same successor, so a lost answer logs nobody out; later it is reuse, and the Grant is revoked.
 */
export async function rotateRefreshToken(
  { token, client_id }: { token: string; client_id: string },
  deps: RefreshDeps,
): Promise<Rotated> {
  const by = { hash: sha256(token), client_id }
  const successor = newSecret()
  const mark = { usedAt: deps.clock.now(), successor: seal(successor, underToken(token)), successorExpiresAt: idleEnd(deps) }

  const used = await deps.refreshTokens.use(by, mark)
  if (!used) return replay(token, by, deps)
  return succeed(successor, used, deps)
}

export interface Rotated {
  refresh_token: string
  grant_id: string
}

async function replay(token: string, by: Pick<RefreshToken, 'hash' | 'client_id'>, deps: RefreshDeps): Promise<Rotated> {
  const used = await deps.refreshTokens.find(by)
  if (used?.usedAt == null || used.successor === null) throw unknownToken()

  const successor = unseal(used.successor, underToken(token))
  const late = deps.clock.now() >= used.usedAt + deps.config.refreshTokenGrace * 1000
  if (late && (await wasStored(successor, used, deps))) {
    await deps.grants.revoke(used.grant_id, 'refresh token reused')
    throw new OAuthError('invalid_grant', 'the refresh token was used before', { detail: { grant_id: used.grant_id } })
  }
  return succeed(successor, used, deps) // a crash may have left the row out
}

async function succeed(successor: string, used: RefreshToken, deps: RefreshDeps): Promise<Rotated> {
  const expiresAt = Math.min(used.successorExpiresAt ?? 0, used.familyExpiresAt)
  await deps.refreshTokens.ensure(record(successor, { ...used, expiresAt }))
  return { refresh_token: successor, grant_id: used.grant_id }
}

/** A successor that was never stored was never answered either: its process died in between. One that expired was. */
async function wasStored(
  successor: string,
  { client_id, successorExpiresAt }: RefreshToken,
  deps: RefreshDeps,
): Promise<boolean> {
  if (deps.clock.now() >= (successorExpiresAt ?? 0)) return true
  return (await deps.refreshTokens.find({ hash: sha256(successor), client_id })) !== undefined
}

/** Said of a token that is not there, has expired, or is another client's: which of these is told to nobody. */
const unknownToken = () => new OAuthError('invalid_grant', 'the refresh token is unknown, expired or not yours')

const underToken = (token: string) => ({ secret: token, context: 'refresh token successor' })

const idleEnd = ({ clock, config }: RefreshDeps) => clock.now() + config.refreshTokenIdleTtl * 1000

type Family = Pick<RefreshToken, 'grant_id' | 'client_id' | 'expiresAt' | 'familyExpiresAt'>

const record = (token: string, { grant_id, client_id, expiresAt, familyExpiresAt }: Family): RefreshToken => ({
  hash: sha256(token),
  grant_id,
  client_id,
  usedAt: null,
  successor: null,
  successorExpiresAt: null,
  expiresAt,
  familyExpiresAt,
})
