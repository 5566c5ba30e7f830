import { OAuthError } from './errors.ts'
import { typedId } from './identifiers.ts'
import type { CoreDeps } from './ports.ts'
import type { PasswordCredential } from './types.ts'

type PasswordDeps = Pick<CoreDeps, 'users' | 'passwords'>

/**
 * The `sub` of the person with this password and this user name, verified e-mail address or phone number, or nothing: for an unknown name, a wrong
 * password and a disabled account alike, after the same work. @throws OAuthError temporarily_unavailable when too many passwords wait to be checked.
 */
export async function checkPassword(
  username: string,
  password: string,
  { users, passwords }: PasswordDeps,
): Promise<string | undefined> {
  const identifier = await users.identify(typedId(username))
  const sub = identifier?.sub ?? 'nobody'
  const credential = await users.password(sub)
  const right = await passwords.verify(password, credential?.hash)
  if (!right || !identifier || !credential) return undefined
  if (passwords.isOutdated(credential.hash)) await upgrade(credential, password, { users, passwords })
  return sub
}

/** Hashes a password anew, as it is done today; whoever changed it meanwhile wins, and while the server is busy it stays as it is. */
async function upgrade({ sub, hash }: PasswordCredential, password: string, { users, passwords }: PasswordDeps): Promise<void> {
  try {
    await users.replacePassword({ sub, hash }, await passwords.hash(password))
  } catch (error) {
    if (!(error instanceof OAuthError) || error.code !== 'temporarily_unavailable') throw error
  }
}
