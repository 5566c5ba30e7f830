import { createHmac, timingSafeEqual } from 'node:crypto'

/** Tokens that prove a form came from the page shown to this browser, for this interaction, and this person where there is one. */
export interface Csrf {
  token(parts: readonly string[]): string
  proves(token: string | undefined, parts: readonly string[]): boolean
}

/** Nothing is stored: a token is an HMAC over what it is bound to. `secret`: 32 characters or more. */
export function createCsrf(secret: string): Csrf {
  const mac = (parts: readonly string[]) => createHmac('sha256', `csrf ${secret}`).update(JSON.stringify(parts)).digest()
  return {
    token: (parts) => mac(parts).toString('base64url'),
    proves(token, parts) {
      const given = Buffer.from(token ?? '', 'base64url')
      const right = mac(parts)
      return given.length === right.length && timingSafeEqual(given, right)
    },
  }
}
