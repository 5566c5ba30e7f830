import { countAttempt } from './attempts.ts'
import { OAuthError } from './errors.ts'
import type { Caller } from './grants/grant-handler.ts'
import { typedId } from './identifiers.ts'
import type { CoreDeps, SignInOutcome } from './ports.ts'
import type { PasswordCredential } from './types.ts'

type PasswordDeps = Pick<CoreDeps, 'users' | 'passwords' | 'attempts' | 'clock' | 'config' | 'signInHeard' | 'throttled'>

/** A name and a password, by whoever typed them. */
export interface Guess {
  username: string
  password: string
  caller: Caller
  /** The name of the device for this account, when it signed in there before. */
  deviceOf(sub: string): string | undefined
}

/** In bytes; nobody types more, and hashing it would keep others waiting. */
const longestPassword = 1024

/**
 * The `sub` of the person with this password and this user name, verified e-mail address or phone number, or nothing: for an unknown name, a wrong
 * password and a disabled account alike, after the same work. It is counted before (RFC 6749 section 4.3.2), and given back to who is right.
 * @throws OAuthError temporarily_unavailable: 429 after too many failures, 503 when too many passwords wait to be checked.
 */
export async function checkPassword(guess: Guess, deps: PasswordDeps): Promise<string | undefined> {
  try {
    const sub = await checkGuess(guess, deps)
    deps.signInHeard(sub === undefined ? 'wrong' : 'right')
    return sub
  } catch (error) {
    const outcome = error instanceof OAuthError ? refused[error.status] : undefined // none for who left meanwhile
    if (outcome) deps.signInHeard(outcome)
    throw error
  }
}

const refused: Readonly<Record<number, SignInOutcome>> = { 429: 'throttled', 503: 'busy' }

async function checkGuess({ username, password, caller, deviceOf }: Guess, deps: PasswordDeps): Promise<string | undefined> {
  const id = typedId(username)
  const identifier = await deps.users.identify(id)
  const sub = identifier?.sub ?? '' // nobody's
  const device = deviceOf(sub)
  const giveBack = await countAttempt({ id, sub: identifier?.sub, address: caller.address, device }, deps)
  let wrong = false
  try {
    const right = await isRight({ sub, password, caller }, deps)
    wrong = !right
    return right ? sub : undefined
  } finally {
    if (!wrong) await giveBack() // also what was never checked
  }
}

async function isRight(
  { sub, password, caller }: Pick<Guess, 'password' | 'caller'> & { sub: string },
  { users, passwords }: PasswordDeps,
): Promise<boolean> {
  if (Buffer.byteLength(password) > longestPassword) return false
  const [credential, user] = await Promise.all([users.password(sub), users.find(sub)])
  const right = await passwords.verify(password, credential?.hash, caller.hasLeft)
  if (!right || !credential || !user || user.disabledAt !== null) return false
  if (passwords.isOutdated(credential.hash)) await upgrade(credential, password, { users, passwords })
  return true
}

/** Hashes a password anew, as it is done today; whoever changed it meanwhile wins, and while the server is busy it stays as it is. */
async function upgrade(
  { sub, hash }: PasswordCredential,
  password: string,
  { users, passwords }: Pick<PasswordDeps, 'users' | 'passwords'>,
): Promise<void> {
  try {
    await users.replacePassword({ sub, hash }, await passwords.hash(password))
  } catch (error) {
    if (!(error instanceof OAuthError) || error.code !== 'temporarily_unavailable') throw error
  }
}
