import { randomUUID } from 'node:crypto'
import { commonPasswords } from './common-passwords.ts'
import { identifiersOf, type UsernameFault, usernameFault, usernameId } from './identifiers.ts'
import type { CoreDeps } from './ports.ts'

/** What a person tells of themselves at sign-up, as they typed it; what they may leave out is empty then. */
export interface SignUp {
  username: string
  name: string
  email: string
  password: string
}

/** What is wrong with a field. */
export interface SignUpFault {
  field: keyof SignUp
  fault: UsernameFault | PasswordFault | 'taken' | 'malformed'
}

type PasswordFault = 'short' | 'long' | 'isUsername' | 'common'

/** The length of a password in characters (NIST SP 800-63B section 3.1.1.2 wants 8 or more, and 64 at least allowed). */
const shortest = 8
const longest = 256

/** What has to be mended before there can be an account; nothing is stored. */
export function signUpFaults({ username, name, email, password }: SignUp): SignUpFault[] {
  const faults = {
    username: usernameFault(username),
    name: name === '' || isLine(name) ? undefined : ('malformed' as const),
    email: email === '' || isEmail(email) ? undefined : ('malformed' as const),
    password: passwordFault(password, username),
  }
  return (Object.keys(faults) as Array<keyof SignUp>).flatMap((field) => {
    const fault = faults[field]
    return fault === undefined ? [] : [{ field, fault }]
  })
}

/**
 * Makes an account and gives its `sub`; nothing when the user name is somebody's already: of two who want one, the second gets none. The e-mail
 * address identifies nobody before it is verified.
 */
export async function createAccount(
  { username, name, email, password }: SignUp,
  { users, passwords }: Pick<CoreDeps, 'users' | 'passwords'>,
): Promise<string | undefined> {
  if (await users.identify(usernameId(username))) return undefined
  const claims = { ...(name && { name }), ...(email && { email, email_verified: false }) }
  const profile = { sub: randomUUID(), preferred_username: username, claims }
  const hash = await passwords.hash(password)
  const isStored = await users.create({ ...profile, identifiers: identifiersOf(profile), hash })
  return isStored ? profile.sub : undefined
}

/** Length and the obvious guesses; rules on the kinds of characters make nothing safer (NIST SP 800-63B section 3.1.1.2). */
function passwordFault(password: string, username: string): PasswordFault | undefined {
  const { length } = [...password]
  if (length < shortest) return 'short'
  if (length > longest) return 'long'
  if (usernameId(password) === usernameId(username)) return 'isUsername'
  return commonPasswords.has(password.toLowerCase()) ? 'common' : undefined
}

const isLine = (text: string) => /^[^\p{Cc}]{1,200}$/u.test(text)

/** As browsers check `<input type=email>`, with a dot in its domain. */
const isEmail = (text: string) =>
  text.length <= 254 &&
  /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)+$/i.test(text)
