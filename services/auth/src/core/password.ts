import type { CoreDeps } from './ports.ts'

/**
 * The `sub` of the person with this name and password, or nothing: for an unknown name, a wrong password and a disabled account alike, after the
 * same work. @throws OAuthError temporarily_unavailable when too many passwords wait to be checked.
 */
export async function checkPassword(
  username: string,
  password: string,
  { users, passwords }: Pick<CoreDeps, 'users' | 'passwords'>,
): Promise<string | undefined> {
  const identifier = await users.identify(usernameId(username))
  const sub = identifier?.sub ?? 'nobody'
  const credential = await users.password(sub)
  const right = await passwords.verify(password, credential?.hash)
  return right && identifier ? sub : undefined
}

/** The identifier of a user name: compared without regard to case or to the way its letters are composed. */
export const usernameId = (username: string): string => `username:${username.normalize('NFKC').trim().toLowerCase()}`
