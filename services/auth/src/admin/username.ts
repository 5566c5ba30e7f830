import { type UsernameFault, usernameFault } from '../core/identifiers.ts'

const sentences: Record<UsernameFault, string> = {
  unreadable: 'must be 1 to 64 visible characters, without blanks around them',
  email: 'must not look like an e-mail address: no @',
  phone: 'must not look like a phone number',
}

/** Why this can't be a user name, in words that follow its path. */
export function usernameSentence(username: string): string | undefined {
  const fault = usernameFault(username)
  return fault && sentences[fault]
}
