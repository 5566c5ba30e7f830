import type { CoreDeps } from './ports.ts'
import { addressBlock, budgetKey, countedFreely, type Limit, opensAt, type Rule, tooMany } from './throttle.ts'
import type { Attempts } from './types.ts'

type AttemptDeps = Pick<CoreDeps, 'attempts' | 'clock' | 'config' | 'throttled'>

/** What an attempt to sign in is counted under. */
export interface Attempt {
  /** The identifier that was typed. */
  id: string
  /** Whose it is, when it is somebody's. */
  sub: string | undefined
  address: string
  /** The device, when this person signed in on it before. */
  device: string | undefined
}

interface Budget {
  kind: Limit
  key: string
  rule: Rule
}

/**
 * Counts an attempt before its secret is looked at, each count in one atomic step, and gives what undoes it: for who proves right, and for what was
 * never checked. @throws OAuthError temporarily_unavailable, 429 with Retry-After (RFC 6585 section 4), when a budget is used up.
 */
export async function countAttempt(attempt: Attempt, deps: AttemptDeps): Promise<() => Promise<void>> {
  const counted: Attempts[] = []
  const giveBack = async () => {
    await Promise.all(counted.map((attempts) => deps.attempts.giveBack(attempts)))
  }
  for (const budget of budgetsOf(attempt, deps.config)) {
    const { attempts, openAt } = await count(budget, deps)
    if (!attempts) {
      await giveBack()
      deps.throttled(budget.kind)
      throw tooMany('tries', openAt - deps.clock.now(), { budget: budget.kind, sub: attempt.sub })
    }
    counted.push(attempts)
  }
  return giveBack
}

/** Counts a sign-up from an address, made or refused: it costs a hash, and its refusal tells that a name is taken. @throws as `countAttempt`. */
export const countSignUp = (address: string, deps: AttemptDeps): Promise<void> =>
  countOne('sign-up', addressBlock(address), deps.config.signUpAddressLimit, deps)

/** Counts the registration of an app without an initial access token, by its address and the person if there is one. @throws as `countAttempt`. */
export async function countRegistration(
  { address, sub }: { address: string; sub: string | null },
  deps: AttemptDeps,
): Promise<void> {
  await countOne('registration', addressBlock(address), deps.config.registrationLimit, deps)
  if (sub !== null) await countOne('registration', `sub ${sub}`, deps.config.registrationLimit, deps)
}

async function countOne(kind: 'sign-up' | 'registration', who: string, limit: number, deps: AttemptDeps): Promise<void> {
  const { attempts, openAt } = await count({ kind, key: budgetKey(kind, who), rule: limited(limit) }, deps)
  if (attempts) return
  deps.throttled(kind)
  throw tooMany('tries', openAt - deps.clock.now(), { budget: kind })
}

/**
 * A known device has a budget of its own, so that strangers can't lock its person out. Of a stranger the address and the account have limits, and each
 * typed name has waits: not each account, as that would tell which names are one person's.
 */
function budgetsOf({ id, sub, address, device }: Attempt, config: CoreDeps['config']): Budget[] {
  const waits = {
    free: config.signInFreeFailures,
    firstWait: config.signInFirstWait * 1000,
    longestWait: config.signInLongestWait * 1000,
  }
  const ofAccount: Rule = { limit: config.signInAccountLimit, ...waits }
  if (device !== undefined) return [{ kind: 'device', key: budgetKey('device', device), rule: ofAccount }]
  return [
    { kind: 'address', key: budgetKey('address', addressBlock(address)), rule: limited(config.signInAddressLimit) },
    { kind: 'account', key: budgetKey('account', sub ?? id), rule: limited(config.signInAccountLimit) },
    { kind: 'name', key: budgetKey('name', id), rule: ofAccount },
  ]
}

/** No waits, but an end. */
const limited = (limit: number): Rule => ({ limit, free: limit, firstWait: 0, longestWait: 0 })

/** Counts one, or tells when the next may be: who may be counted stands in the update, and who met another there looks again. */
async function count({ key, rule }: Budget, deps: AttemptDeps): Promise<{ attempts?: Attempts; openAt: number }> {
  for (;;) {
    const now = deps.clock.now()
    const seen = (await deps.attempts.find(key)) ?? (await deps.attempts.begin(key, now + deps.config.signInWindow * 1000))
    const openAt = opensAt(seen, rule)
    if (openAt > now) return { openAt }
    const freely = countedFreely(rule)
    const attempts = await deps.attempts.count(key, seen.failures < freely ? { lt: freely } : seen.failures, now)
    if (attempts) return { attempts, openAt }
  }
}
