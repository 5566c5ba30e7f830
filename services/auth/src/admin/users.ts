import type { NewEvent } from '@menshen/shared/events'
import { type Database, removeFrom, updateIn, upsertIn } from '@menshen/shared/storage'
import { endEverythingOf } from '../core/ending.ts'
import type { PasswordHasher } from '../core/ports.ts'
import { budgetKey } from '../core/throttle.ts'
import type { Role, User } from '../core/types.ts'
import { attempts } from '../stores/attempts.ts'
import { grants } from '../stores/grants.ts'
import { createStores } from '../stores/index.ts'
import { sessions } from '../stores/sessions.ts'
import { passwords, users } from '../stores/users.ts'
import { type Change, type CommitDeps, commitChange, untilDone } from './commit-change.ts'
import { findUser, type ShownUser, shownUser } from './find-user.ts'

export type UserDeps = CommitDeps & { database: Database }

/** Nobody signs in to the account from now on and nothing it gave is good; sessions and Grants are ended by the event, one by one. */
export const disableUser = (named: string, deps: UserDeps): Promise<ShownUser> =>
  changeUser(named, 'user.disabled', (user) => user.disabledAt === null && { disabledAt: deps.clock.now() }, deps)

/** What rested on the account stays ended: it is ended before, should nobody have done it yet. */
export async function enableUser(named: string, deps: UserDeps): Promise<ShownUser> {
  const user = await findUser(named, deps)
  if (user.disabledAt !== null) await endEverythingOf(user.sub, createStores(deps))
  return changeUser(user.sub, 'user.enabled', ({ disabledAt }) => disabledAt !== null && { disabledAt: null }, deps)
}

export const grantRoles = (named: string, added: readonly Role[], deps: UserDeps): Promise<ShownUser> =>
  changeRoles(named, (roles) => [...new Set([...roles, ...added])].sort(), deps)

export const revokeRoles = (named: string, taken: readonly Role[], deps: UserDeps): Promise<ShownUser> =>
  changeRoles(named, (roles) => roles.filter((role) => !taken.includes(role)), deps)

const changeRoles = (named: string, rolesOf: (roles: Role[]) => Role[], deps: UserDeps): Promise<ShownUser> =>
  changeUser(
    named,
    'user.updated',
    ({ roles = [] }) => {
      const after = rolesOf(roles)
      return after.length !== roles.length && { roles: after }
    },
    deps,
  )

/** Changes an account as `changeOf` says; false: it is so already. @throws NotFound. */
const changeUser = (
  named: string,
  action: 'user.updated' | 'user.enabled' | 'user.disabled',
  changeOf: (user: User) => Partial<User> | false,
  deps: UserDeps,
): Promise<ShownUser> =>
  untilDone(async () => {
    const user = await findUser(named, deps)
    const set = changeOf(user)
    if (set === false) return shownUser(user, deps)
    const { sub } = user
    const after = { ...user, ...set, version: user.version + 1 }
    const done = await commitChange(
      {
        action,
        subject: sub,
        before: { ...user },
        after: { ...after },
        operations: [updateIn(users, { sub, version: user.version }, { set: { ...set, version: after.version } })],
        events: [eventOf(action, after)],
      },
      deps,
    )
    return done ? shownUser(after, deps) : undefined
  })

const eventOf = (
  type: 'user.updated' | 'user.enabled' | 'user.disabled',
  { sub, preferred_username, claims, version }: User,
): NewEvent =>
  type === 'user.updated'
    ? { type, subject: sub, data: { sub, preferred_username, claims, version } }
    : { type, subject: sub, data: { sub, version } }

/**
 * Gives an account another password. All its sessions and Grants end: the event names those there are, and none is made unseen, as each marks the
 * account.
 */
export async function setPassword(
  named: string,
  password: string,
  deps: UserDeps & { passwords: Pick<PasswordHasher, 'hash'> },
): Promise<ShownUser> {
  const hash = await deps.passwords.hash(password)
  return untilDone(async () => {
    const user = await findUser(named, deps)
    const done = await commitChange(await passwordChange(user, hash, deps), deps)
    return done ? shownUser({ ...user, version: user.version + 1 }, deps) : undefined
  })
}

async function passwordChange(user: User, hash: string, { database }: UserDeps): Promise<Change> {
  const { sub, lastGrantAt } = user
  const version = user.version + 1
  const [signedIn, granted] = await Promise.all([
    database.collection(sessions).list({ sub, endedAt: null }),
    database.collection(grants).list({ sub, revokedAt: null }),
  ])
  const sids = signedIn.map(({ sid }) => sid)
  const grant_ids = granted.map(({ grant_id }) => grant_id)
  return {
    action: 'user.password_changed',
    subject: sub,
    before: { version: user.version },
    after: { version, sessionsEnded: sids.length, grantsRevoked: grant_ids.length },
    operations: [
      updateIn(users, { sub, version: user.version, lastGrantAt }, { set: { version } }),
      upsertIn(passwords, sub, { set: { hash } }),
    ],
    events: [{ type: 'user.password_changed', subject: sub, data: { sub, version, sids, grant_ids } }],
  }
}

/** What the failed sign-ins of strangers to an account are counted under. */
export const failureKeys = ({ sub, identifiers }: Pick<ShownUser, 'sub' | 'identifiers'>): string[] => [
  budgetKey('account', sub),
  ...identifiers.map((id) => budgetKey('name', id)),
]

/** Forgets the failed sign-ins that keep strangers' devices, and so this person's new ones, waiting. */
export async function unlockUser(named: string, deps: UserDeps): Promise<{ user: ShownUser; failures: number }> {
  const user = await shownUser(await findUser(named, deps), deps)
  const keys = failureKeys(user)
  const counted = await Promise.all(keys.map((key) => deps.database.collection(attempts).find({ key })))
  const failures = Math.max(0, ...counted.map((found) => found?.failures ?? 0))
  await commitChange(
    {
      action: 'user.unlocked',
      subject: user.sub,
      before: { failures },
      after: { failures: 0 },
      operations: keys.map((key) => removeFrom(attempts, { key })),
      events: [],
    },
    deps,
  )
  return { user, failures }
}
