import type { Database } from '@menshen/shared/storage'
import { typedId } from '../core/identifiers.ts'
import type { User } from '../core/types.ts'
import { grants } from '../stores/grants.ts'
import { sessions } from '../stores/sessions.ts'
import { identifiers, users } from '../stores/users.ts'
import { type AdminPage, type PageAsked, readPage } from './page.ts'
import { NotFound } from './refusal.ts'

/** A person as an administrator sees them. */
export interface ShownUser extends Omit<User, 'updatedAt'> {
  updatedAt: number | null
  roles: NonNullable<User['roles']>
  /** What they sign in with. */
  identifiers: string[]
  /** How many sessions and Grants of theirs stand. */
  sessions: number
  grants: number
}

export type UserSummary = Pick<ShownUser, 'sub' | 'preferred_username' | 'claims' | 'disabledAt' | 'roles'>

/** By user name, verified e-mail address or phone number, or `sub`. @throws NotFound. */
export async function findUser(named: string, { database }: { database: Database }): Promise<User> {
  const identifier = await database.collection(identifiers).find({ id: typedId(named) })
  const user = await database.collection(users).find({ sub: identifier?.sub ?? named, deletedAt: null })
  if (!user) throw new NotFound(`there is no user ${named}`)
  return user
}

export async function shownUser(user: User, { database }: { database: Database }): Promise<ShownUser> {
  const { sub } = user
  const [known, signedIn, granted] = await Promise.all([
    database.collection(identifiers).list({ sub }),
    database.collection(sessions).list({ sub, endedAt: null }),
    database.collection(grants).list({ sub, revokedAt: null }),
  ])
  return {
    ...user,
    ...summary(user),
    updatedAt: user.updatedAt ?? null,
    identifiers: known.map(({ id }) => id).sort(),
    sessions: signedIn.length,
    grants: granted.length,
  }
}

const summary = ({ sub, preferred_username, claims, disabledAt, roles = [] }: User): UserSummary => ({
  sub,
  preferred_username,
  claims,
  disabledAt,
  roles,
})

/** People by user name; those whose name begins so. */
export async function listUsers(
  { prefix = '', ...asked }: PageAsked & { prefix?: string | undefined },
  { database }: { database: Database },
): Promise<AdminPage<UserSummary>> {
  const from = typedName(prefix)
  const filter = { id: { gte: from, lt: `${from}\u{10ffff}` } }
  const { items, next } = await readPage(identifiers, { filter, by: 'id' }, asked, { database })
  const found = await Promise.all(items.map(({ sub }) => database.collection(users).find({ sub })))
  return { items: found.flatMap((user) => (user ? [summary(user)] : [])), next }
}

const typedName = (prefix: string) => `username:${prefix.normalize('NFKC').toLowerCase()}`
