import { usernameId, verifiedEmailId, verifiedPhoneId } from '../core/identifiers.ts'
import { earlier, type Rule, type RuleContext, when } from './rule.ts'
import type { UserEntry } from './schemas.ts'
import type { StoredUser } from './stored.ts'

/** What must hold across the fields of a user, and between users. */
export const userRules: ReadonlyArray<Rule<UserEntry>> = [
  (_user, { document, index }) => {
    const first = earlier(document.users, index, ({ username }) => username && usernameId(username))
    return when(first !== undefined, 'username', `is that of users[${first}], too`)
  },

  (user, context) =>
    when(
      user.username !== undefined && user.password === undefined && !storedUser(user, context),
      'password',
      'is missing: a user needs one when they are created',
    ),

  (user, { document, index, ...context }) => {
    const first = earlier(document.users, index, ({ sub }) => sub)
    const known = storedUser(user, context)
    return [
      ...when(first !== undefined, 'sub', `is that of users[${first}], too`),
      ...when(
        user.sub !== undefined && known && known.user.sub !== user.sub,
        'sub',
        'is another than the stored one: it never changes',
      ),
      ...when(user.sub !== undefined && !known && context.stored.subs.has(user.sub), 'sub', 'is that of another user, or was'),
    ]
  },

  ({ sub }, { document, stored }) =>
    when(
      sub !== undefined && (stored.clients.has(sub) || document.clients.some(({ client_id }) => client_id === sub)),
      'sub',
      'is a client_id: a client could pass for a person (RFC 9700 section 4.15)',
    ),

  identifyingOnce('email', verifiedEmailId),
  identifyingOnce('phone_number', verifiedPhoneId),

  ({ email, email_verified }) =>
    when(email_verified !== undefined && email === undefined, 'email', 'is missing: email_verified needs it'),

  ({ phone_number, phone_number_verified }) =>
    when(
      phone_number_verified !== undefined && phone_number === undefined,
      'phone_number',
      'is missing: phone_number_verified needs it',
    ),
]

const storedUser = ({ username }: Partial<UserEntry>, { stored }: Pick<RuleContext, 'stored'>): StoredUser | undefined =>
  username === undefined ? undefined : stored.users.get(usernameId(username))

/** What is verified identifies one person only. */
function identifyingOnce(field: string, idOf: (user: Partial<UserEntry>) => string | undefined): Rule<UserEntry> {
  return (user, { document, index, stored }) => {
    const first = earlier(document.users, index, idOf)
    const owner = stored.owners.get(idOf(user) ?? '')
    const isTaken = owner !== undefined && owner !== storedUser(user, { stored })?.user.sub
    return [
      ...when(first !== undefined, field, `is verified, and that of users[${first}], too`),
      ...when(isTaken, field, 'is verified, and identifies another user'),
    ]
  }
}
