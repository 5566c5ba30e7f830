import { type Clock, seconds } from '../clock.ts'
import type { CloudEvent, EventBus, EventHandler, EventType } from '../events/index.ts'
import { Problem } from '../http/problem.ts'
import type { Log } from '../log.ts'
import type { AccessToken } from './access-token.ts'
import type { ReadRevocations } from './revocations.ts'
import { createRevokedSet } from './revoked-set.ts'

export interface RevocationFeedOptions {
  bus: EventBus
  clock: Clock
  log: Log
  /** Nothing, where the service has no token to ask auth with: then only what comes while it runs is known. */
  read?: ReadRevocations | undefined
  /** How old what is known may be before no token is let pass, in milliseconds; 0: whatever its age. */
  maxStaleness: number
}

export interface RevocationFeed {
  /** Whether the token was revoked: looked up in memory. @throws Problem unavailable, 503, when too little is known. */
  revoked(token: AccessToken): boolean
  /** Whether no token is let pass now, as too little is known. */
  refuses(): boolean
  /** How long ago all that was revoked was known here, in milliseconds. */
  staleness(): number
  /** How many revocations are remembered. */
  size(): number
  /** Asks auth for what is missing; calls at the same time are one. */
  catchUp(): Promise<void>
  /** Listens, and asks auth again and again until it is stopped. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** How often auth is asked, in milliseconds: without a live bus, and besides it, as auth may have lost its own. */
const POLLS_MS = 1000
const CHECKS_MS = 2000
/** No token lives longer, in seconds; what an event tells is kept so long. */
const LONGEST_LIFE = 86_400 + 60
/** Clocks of two processes, in seconds. */
const CLOCKS_APART = 5

/**
 * What was revoked before it expired. Events bring it at once; what they could have missed is asked of auth: at the start, after each gap, every second
 * while no bus is live, and every two besides.
 */
export function createRevocationFeed({ bus, clock, log, read, maxStaleness }: RevocationFeedOptions): RevocationFeed {
  const known = createRevokedSet(clock)
  let cursor: string | undefined
  let freshAt = clock.now() // for those who watch: a service that has just begun is not stale yet
  let complete = false
  let everComplete = false
  let checkAt = 0
  let failing = false
  let gaps = 0
  let askedAgain = false
  let underWay: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  async function readAll(readPage: ReadRevocations): Promise<void> {
    const askedAt = clock.now()
    const gapsBefore = gaps
    try {
      for (let more = true; more; ) {
        const page = await readPage(cursor)
        for (const each of page.revocations) known.remember(each)
        ;({ cursor, more } = page)
      }
      if (failing) log.info('auth tells again what was revoked')
      failing = false
      complete = gaps === gapsBefore
      everComplete = true
      freshAt = askedAt
      known.forget()
    } catch (error) {
      if (!failing)
        log.warn({ reason: reasonOf(error) }, 'auth does not tell what was revoked: tokens are checked by what is known')
      failing = true
    }
  }

  /** What is asked for while auth is being asked may be news to it: it is asked once more. */
  async function readUntilNobodyAsks(readPage: ReadRevocations): Promise<void> {
    do {
      askedAgain = false
      await readAll(readPage)
    } while (askedAgain)
    underWay = undefined
  }

  function catchUp(): Promise<void> {
    if (!read) return Promise.resolve()
    if (underWay) askedAgain = true
    else underWay = readUntilNobodyAsks(read)
    return underWay
  }

  const isLive = () => bus.live() && (complete || !read)

  /** A bus that goes away says nothing: whether it lives is looked at every second. */
  function schedule(): void {
    if (!stopped && read) timer = setTimeout(look, POLLS_MS).unref()
  }

  function look(): void {
    if (isLive() && !failing && clock.now() < checkAt) schedule()
    else void poll()
  }

  async function poll(): Promise<void> {
    clearTimeout(timer)
    checkAt = clock.now() + CHECKS_MS
    await catchUp()
    clearTimeout(timer)
    schedule()
  }

  function onGap(): void {
    complete = false
    gaps += 1
    void poll()
  }

  /** Until auth has answered, something is not known. */
  function askAbout(): Promise<void> {
    complete = false
    gaps += 1
    return catchUp()
  }

  const told =
    (claim: string, { issuedBefore = () => null, until = longestLife }: Telling = {}): EventHandler =>
    (event) =>
      known.remember({ claim, value: event.subject, issued_before: issuedBefore(), expires_at: until(event) })
  const longestLife = () => seconds(clock.now()) + LONGEST_LIFE
  /** A revoked token is remembered as long as it would have lived, lest who revokes many fills the memory. */
  const endOfToken = ({ data: { expiresAt } }: CloudEvent) =>
    typeof expiresAt === 'number' ? Math.min(seconds(expiresAt) + CLOCKS_APART, longestLife()) : longestLife()

  /** Events come late and in any order: whether a client is in use, and from when on, auth says. */
  const ofClient = (unasked: EventHandler): EventHandler => (read ? askAbout : unasked)
  const inUseFromNow = told('client_id', { issuedBefore: () => seconds(clock.now()) - CLOCKS_APART })
  const inUseAgain = ofClient((event) => (known.knowsClient(event.subject) ? inUseFromNow(event) : undefined))

  const handlers = {
    'grant.revoked': told('grant_id'),
    'token.revoked': told('jti', { until: endOfToken }),
    'client.disabled': ofClient(told('client_id')),
    'client.deleted': ofClient(told('client_id')),
    'client.updated': inUseAgain,
    'client.created': inUseAgain,
  } satisfies { [Type in EventType]?: EventHandler }

  /** Whoever asks for a limit lets nothing pass before all was known once. */
  const refuses = () => maxStaleness > 0 && ((read ? !everComplete : !bus.live()) || staleness() > maxStaleness)

  const staleness = () => (isLive() ? 0 : clock.now() - freshAt)
  return {
    revoked(token) {
      if (refuses()) throw tooStale()
      return known.has(token)
    },
    refuses,
    staleness,
    size: known.size,
    catchUp,
    async start() {
      if (!read) log.warn(noSecret)
      await bus.listen({ handlers, onGap })
      void poll()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await underWay
    },
  }
}

/** What an event says of the tokens that it ends; times in seconds. */
interface Telling {
  issuedBefore?: () => number | null
  until?: (event: CloudEvent) => number
}

const noSecret =
  'CLIENT_SECRET is not set, so auth is not asked what was revoked: tokens stay good until they expire, but for what a broker tells while this service runs'

/** What went wrong, in a line: a Problem tells callers less than its cause tells us. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error
  return cause instanceof Error ? reasonOf(cause) : message
}

const tooStale = () =>
  new Problem('unavailable', { detail: 'what was revoked is not known right now', headers: { 'retry-after': '5' } })
