import { usernameId } from '../core/password.ts'

/** The identifier of a verified e-mail address. */
export const emailId = (email: string): string => `email:${email.normalize('NFKC').trim().toLowerCase()}`

/** Why this can't be a user name, in words that follow its path: it must be readable, and never look like an e-mail address or a phone number. */
export function usernameFault(username: string): string | undefined {
  const folded = usernameId(username).slice('username:'.length)
  if (username !== username.trim() || !/^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u.test(folded))
    return 'must be 1 to 64 visible characters, without blanks around them'
  if (folded.includes('@')) return 'must not look like an e-mail address: no @'
  if (/^[\d+\s().-]+$/.test(folded)) return 'must not look like a phone number'
  return undefined
}
