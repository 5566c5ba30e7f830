import { sha256 } from './secrets.ts'

/** The challenge of a verifier under S256 (RFC 7636 section 4.6); null when none was sent, as a code without PKCE has it. */
export const challengeOf = (code_verifier: string | undefined): string | null =>
  code_verifier === undefined ? null : sha256(code_verifier)

/** A challenge: base64url of a SHA-256, 43 characters (RFC 7636 section 4.2). */
export const isChallenge = (value: string): boolean => /^[\w-]{43}$/.test(value)

/** A verifier: 43 to 128 unreserved characters (RFC 7636 section 4.1). */
export const isVerifier = (value: string): boolean => /^[\w.~-]{43,128}$/.test(value)
