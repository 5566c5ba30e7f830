import { type Clock, seconds } from '../clock.ts'
import type { AccessToken } from './access-token.ts'
import type { Revocation } from './revocations.ts'

const FORGETS_EVERY_MS = 60_000

/** What is remembered of a value: until when, and of which tokens; in seconds. */
type Remembered = Pick<Revocation, 'issued_before' | 'expires_at'>

export interface RevokedSet {
  /** A claim that is not known here is of a newer auth, and skipped. */
  remember(revocation: Revocation): void
  /** Whether something is remembered of the client. */
  knowsClient(client_id: string): boolean
  /** Whether the token was revoked: three look-ups in memory. */
  has(token: Pick<AccessToken, 'grant_id' | 'jti' | 'client_id' | 'iat'>): boolean
  /** Lets go of what no token that lives could meet; looks once a minute. */
  forget(): void
  size(): number
}

/** The revocations that tokens which live could still meet. */
export function createRevokedSet(clock: Clock): RevokedSet {
  const grants = new Map<string, Remembered>()
  const jtis = new Map<string, Remembered>()
  const clients = new Map<string, Remembered>()
  const byClaim = new Map([
    ['grant_id', grants],
    ['jti', jtis],
    ['client_id', clients],
  ])
  let forgotAt = clock.now()
  return {
    remember: ({ claim, value, issued_before, expires_at }) => void byClaim.get(claim)?.set(value, { issued_before, expires_at }),
    knowsClient: (client_id) => clients.has(client_id),
    has: ({ grant_id, jti, client_id, iat }) =>
      (grant_id !== undefined && hits(grants.get(grant_id), iat)) ||
      hits(jtis.get(jti), iat) ||
      hits(clients.get(client_id), iat),
    forget() {
      if (clock.now() < forgotAt + FORGETS_EVERY_MS) return
      forgotAt = clock.now()
      const now = seconds(forgotAt)
      for (const values of byClaim.values())
        for (const [value, { expires_at }] of values) if (expires_at <= now) values.delete(value)
    },
    size: () => grants.size + jtis.size + clients.size,
  }
}

const hits = (of: Remembered | undefined, iat: number): boolean =>
  of !== undefined && (of.issued_before === null || iat < of.issued_before)
