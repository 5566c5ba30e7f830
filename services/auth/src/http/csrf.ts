import { createHmac, timingSafeEqual } from 'node:crypto'

/** Tokens that prove a form came from the page shown to this browser, for this interaction, and this person where there is one. */
export interface Csrf {
  token(parts: readonly string[]): string
  proves(token: string | undefined, parts: readonly string[]): boolean
}

/** Nothing is stored: a token is an HMAC over what it is bound to. `secrets`: the first makes tokens, all prove them, so they can be replaced. */
export function createCsrf(secrets: readonly string[]): Csrf {
  const mac = (secret: string, parts: readonly string[]) =>
    createHmac('sha256', `csrf ${secret}`).update(JSON.stringify(parts)).digest()
  return {
    token: (parts) => mac(secrets[0] ?? '', parts).toString('base64url'),
    proves(token, parts) {
      const given = Buffer.from(token ?? '', 'base64url')
      return secrets.some((secret) => {
        const right = mac(secret, parts)
        return given.length === right.length && timingSafeEqual(given, right)
      })
    },
  }
}
