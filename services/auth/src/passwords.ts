import { OAuthError } from './core/errors.ts'
import type { PasswordHasher } from './core/ports.ts'

/** argon2id (its number in the library's enum is 2) as OWASP recommends it: 19 MiB, two passes, one lane. */
const argon2id = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** How a hash of that kind begins (PHC string format). */
const todaysForm = `$argon2id$v=19$m=${argon2id.memoryCost},t=${argon2id.timeCost},p=${argon2id.parallelism}$`

/** The hashes in flight: never all of libuv's threads, which signing and files need too. */
export const hashesInFlight = ({ cores, threadPoolSize }: { cores: number; threadPoolSize: number }): number =>
  Math.max(1, Math.min(cores, threadPoolSize - 2))

/** Loaded with the first password, so that listening does not wait for it. */
const argon2 = () => import('@node-rs/argon2')

/** Of a password that nobody knows: an unknown name costs what a known one does. */
const nobodysHash = '$argon2id$v=19$m=19456,t=2,p=1$lnGDzv6gnnsgd++MxZA/MA$asjIYPeZZHTkmpjGAgREj/QqlKPBBDGb3P+bCsc0edA'

/** How many wait for a hash. */
export interface PasswordQueue {
  waiting(): number
}

interface HasherOptions {
  /** How many hashes are made at a time. */
  parallel: number
  /** How many more may wait. */
  waiting?: number
  /** Told how long each hash took, in seconds. */
  took?: (seconds: number) => void
}

/**
 * argon2id in libuv's thread pool, `parallel` at a time; `waiting` more wait their turn, the rest are turned away
 * (OAuthError temporarily_unavailable, 503 with Retry-After). Whoever left meanwhile gives up the place.
 */
export function createPasswordHasher({
  parallel,
  waiting = 100,
  took = () => {},
}: HasherOptions): PasswordHasher & PasswordQueue {
  const { inTurn, length } = createQueue(parallel, waiting)
  async function timed<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const done = await work()
    took((performance.now() - start) / 1000)
    return done
  }
  return {
    async verify(password, known, hasLeft) {
      const right = await inTurn(() => timed(async () => (await argon2()).verify(known ?? nobodysHash, password)), hasLeft)
      return right && known !== undefined
    },
    hash: (password) => inTurn(() => timed(async () => (await argon2()).hash(password, argon2id))),
    waiting: length,
    isOutdated: (hash) => !hash.startsWith(todaysForm),
  }
}

function createQueue(parallel: number, waiting: number) {
  let queue: Waiting[] = []
  let running = 0

  function turn(hasLeft: Waiting['hasLeft']): Promise<void> | undefined {
    if (running < parallel) {
      running += 1
      return undefined
    }
    if (queue.length >= waiting) dismissThoseWhoLeft()
    if (queue.length >= waiting) throw tooManyWait()
    return new Promise((begin, dismiss) => queue.push({ begin, dismiss, hasLeft }))
  }
  function dismissThoseWhoLeft(): void {
    for (const { dismiss } of queue.filter(({ hasLeft }) => hasLeft())) dismiss(left())
    queue = queue.filter(({ hasLeft }) => !hasLeft())
  }
  function nextWhoStayed(): Waiting | undefined {
    const next = queue.shift()
    if (!next?.hasLeft()) return next
    next.dismiss(left())
    return nextWhoStayed()
  }
  function done(): void {
    const next = nextWhoStayed()
    if (next) next.begin()
    else running -= 1
  }

  async function inTurn<T>(work: () => Promise<T>, hasLeft: Waiting['hasLeft'] = () => false): Promise<T> {
    await turn(hasLeft)
    try {
      return await work()
    } finally {
      done()
    }
  }
  return { inTurn, length: () => queue.length }
}

interface Waiting {
  begin(): void
  dismiss(reason: OAuthError): void
  hasLeft(): boolean
}

const tooManyWait = () =>
  new OAuthError('temporarily_unavailable', 'too many people are signing in right now, try again', {
    headers: { 'retry-after': '2' },
  })

/** Seen by nobody but the log; 499 is what the access log says of such requests too. */
const left = () => new OAuthError('temporarily_unavailable', 'whoever asked has left', { status: 499 })
