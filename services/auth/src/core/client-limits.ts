import type { CoreDeps } from './ports.ts'
import { sha256 } from './secrets.ts'
import { addressBlock, tooMany } from './throttle.ts'
import type { Client } from './types.ts'

type LimitDeps = Pick<CoreDeps, 'rates' | 'clock' | 'throttled'>

/** Requests of clients that proved who they are. */
export interface RequestLimit {
  /** Counts one, in memory. @throws OAuthError temporarily_unavailable, 429 with Retry-After (RFC 6585 section 4), when it is one too many. */
  count(who: string): void
  /** Writes what was counted since, and reads what other processes did. */
  flush(): Promise<void>
}

/** Failed proofs of who a client is. */
export interface FailureLimit {
  /** @throws OAuthError temporarily_unavailable, 429 with Retry-After (RFC 6585 section 4), after too many. */
  requireOpen(who: string): void
  /** Counts one at once, so that no two processes let twice as many pass. */
  count(who: string): Promise<void>
}

const minute = 60_000

interface Counted {
  /** By all processes, as of the last flush. */
  total: number
  unwritten: number
  expiresAt: number
}

/**
 * So many requests in a minute; 0: any number. Memory is a buffer only: what one process counted reaches the others with its next flush, unless it
 * is too little to matter.
 */
export function createRequestLimit(limit: number, { rates, clock, throttled }: LimitDeps): RequestLimit {
  const known = new Map<string, Counted>()
  const tooLittle = limit / 1000

  function current(who: string): Counted {
    const counted = known.get(who)
    if (counted && counted.expiresAt > clock.now()) return counted
    const fresh = { total: 0, unwritten: 0, expiresAt: clock.now() + minute }
    known.set(who, fresh)
    return fresh
  }

  async function write(who: string, counted: Counted): Promise<void> {
    const { unwritten, expiresAt } = counted
    counted.total += unwritten
    counted.unwritten = 0
    const rate = await rates.add(keyOf('requests', who), unwritten, expiresAt)
    counted.total = rate.count
    counted.expiresAt = rate.expiresAt
  }

  function refuse(who: string, { expiresAt }: Counted): never {
    throttled('client-requests')
    throw tooMany('requests of this client', expiresAt - clock.now(), { limit: 'client-requests', who })
  }

  return {
    count(who) {
      if (limit === 0) return
      const counted = current(who)
      if (counted.total + counted.unwritten >= limit) refuse(who, counted)
      counted.unwritten += 1
    },
    async flush() {
      for (const [who, counted] of known) {
        if (counted.expiresAt <= clock.now()) known.delete(who)
        else if (counted.unwritten > tooLittle) await write(who, counted)
      }
    },
  }
}

/** The most that are remembered as closed; the store knows the others with their next failure. */
const mostClosed = 10_000

/** So many failures in a minute; 0: any number. Who was let in asks the store nothing: after a failure the process remembers who had too many. */
export function createFailureLimit(limit: number, { rates, clock, throttled }: LimitDeps): FailureLimit {
  const closed = new Map<string, number>()

  function close(who: string, until: number): void {
    const [oldest] = closed.keys()
    if (oldest !== undefined && closed.size >= mostClosed) closed.delete(oldest)
    closed.set(who, until)
  }
  function refuse(who: string, until: number): never {
    throttled('client-failures')
    throw tooMany('failures of this client', until - clock.now(), { limit: 'client-failures', who })
  }

  return {
    requireOpen(who) {
      const until = closed.get(who)
      if (until === undefined) return
      if (until > clock.now()) refuse(who, until)
      closed.delete(who)
    },
    async count(who) {
      if (limit === 0) return
      const { count, expiresAt } = await rates.add(keyOf('failures', who), 1, clock.now() + minute)
      if (count >= limit) close(who, expiresAt)
    },
  }
}

/** Failures count for the client and the address together: strangers who send a wrong secret lock nobody out. */
export const clientAt = ({ client_id }: Client, address: string): string => `${client_id} at ${addressBlock(address)}`

/** Anybody can pose as a public client, so each address has its own count there. */
export const requesterOf = (client: Client, address: string): string =>
  client.token_endpoint_auth_method === 'none' ? clientAt(client, address) : client.client_id

const keyOf = (what: string, who: string) => `${what}:${sha256(who)}`
