import { createHmac, timingSafeEqual } from 'node:crypto'

/** Tokens that only we can make, over what they are bound to. */
export interface Mac {
  token(parts: readonly string[]): string
  proves(token: string | undefined, parts: readonly string[]): boolean
}

/**
 * Nothing is stored: a token is an HMAC. `purpose`: those of one purpose are worth nothing for another. `secrets`: the first makes tokens, all prove them,
 * so they can be replaced.
 */
export function createMac(purpose: string, secrets: readonly string[]): Mac {
  const mac = (secret: string, parts: readonly string[]) =>
    createHmac('sha256', `${purpose} ${secret}`).update(JSON.stringify(parts)).digest()
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
