import type { User } from './types.ts'

/** As identifiers compare: without regard to case, to the width of letters, or to the way they are composed (NFKC). */
const folded = (text: string): string => text.normalize('NFKC').trim().toLowerCase()

const isPhone = (text: string): boolean => /^[\d+\s().-]+$/.test(text)

/** The identifier of a user name. */
export const usernameId = (username: string): string => `username:${folded(username)}`

/** The identifier of a verified e-mail address. */
export const emailId = (email: string): string => `email:${folded(email)}`

/** The identifier of a verified phone number, however its digits are grouped. */
export const phoneId = (phone: string): string => `phone:${folded(phone).replace(/[\s().-]/g, '')}`

/** The identifier that somebody typed: an e-mail address, a phone number or a user name, which never look alike. */
export function typedId(text: string): string {
  if (folded(text).includes('@')) return emailId(text)
  return isPhone(folded(text)) ? phoneId(text) : usernameId(text)
}

/** All that identifies a person, sorted: the user name, and e-mail address and phone number once they are verified. */
export const identifiersOf = ({ preferred_username, claims }: Pick<User, 'preferred_username' | 'claims'>): string[] =>
  [usernameId(preferred_username), verifiedEmailId(claims), verifiedPhoneId(claims)].filter((id) => id !== undefined).sort()

/** The identifier of the e-mail address among these claims, if it is verified. */
export const verifiedEmailId = ({ email, email_verified }: User['claims']): string | undefined =>
  typeof email === 'string' && email_verified === true ? emailId(email) : undefined

/** The same for the phone number; an extension behind it leads to no person (RFC 3966 section 5.3). */
export const verifiedPhoneId = ({ phone_number, phone_number_verified }: User['claims']): string | undefined =>
  typeof phone_number === 'string' && phone_number_verified === true && isPhone(folded(phone_number))
    ? phoneId(phone_number)
    : undefined

/** What can be wrong with a user name: it must be readable, and never look like an e-mail address or a phone number. */
export type UsernameFault = 'unreadable' | 'email' | 'phone'

export function usernameFault(username: string): UsernameFault | undefined {
  const name = folded(username)
  if (username !== username.trim() || !/^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u.test(name)) return 'unreadable'
  if (name.includes('@')) return 'email'
  return isPhone(name) ? 'phone' : undefined
}
