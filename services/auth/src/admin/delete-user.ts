import { removeFrom } from '@menshen/shared/storage'
import type { User } from '../core/types.ts'
import { attempts } from '../stores/attempts.ts'
import { userDeletion } from '../stores/users.ts'
import { commitChange, untilDone } from './commit-change.ts'
import { findUser, shownUser } from './find-user.ts'
import { failureKeys, type UserDeps } from './users.ts'

/**
 * Takes an account away: from now on nobody signs in to it, and its names are free; the event ends and erases the rest. Another account of its name is
 * another person, with another `sub`. @throws NotFound.
 */
export const deleteUser = (named: string, deps: UserDeps): Promise<Pick<User, 'sub' | 'preferred_username'>> =>
  untilDone(async () => {
    const user = await shownUser(await findUser(named, deps), deps)
    const { sub, preferred_username, version, roles, disabledAt } = user
    const { operations, event } = userDeletion(user, deps.clock.now())
    const forgotten = failureKeys(user).map((key) => removeFrom(attempts, { key }))
    const done = await commitChange(
      {
        action: 'user.deleted',
        subject: sub,
        before: { version, roles, disabledAt }, // nothing of the person: the record stays
        after: null,
        operations: [...operations, ...forgotten],
        events: [event],
      },
      deps,
    )
    return done ? { sub, preferred_username } : undefined
  })
