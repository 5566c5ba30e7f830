import { createCipheriv, createDecipheriv, createHmac, hash, randomFillSync, timingSafeEqual } from 'node:crypto'

/** 256 random bits in base64url: a code, a refresh token, a session cookie. */
export const newSecret = (): string => randomOctets(32).toString('base64url')

const pool = Buffer.allocUnsafeSlow(4096)
let used = pool.length

/** Random bytes, drawn from the system many at a time, as `randomUUID` does: a call for each takes longer than all else here. */
function randomOctets(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const octets = Buffer.from(pool.subarray(used, used + length))
  pool.fill(0, used, used + length)
  used += length
  return octets
}

/** What is stored instead of a secret of 256 random bits: its SHA-256 in base64url. */
export const sha256 = (value: string): string => hash('sha256', value, 'base64url')

/** Compares in a time that tells nothing of where two texts differ. */
export function equalSecrets(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(sha256(a)), Buffer.from(sha256(b))]
  return timingSafeEqual(left, right)
}

/**
 * Seals a text under a secret (AES-256-GCM, key by HKDF-SHA-256 for this purpose; RFC 5869), so that only who holds the secret can open it.
 * `context` must be the same at both ends.
 */
export function seal(text: string, { secret, context }: { secret: string; context: string }): string {
  const iv = randomOctets(12)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(secret, context), iv)
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** Opens what `seal` made. @throws when the secret or context is another, or the text was changed. */
export function unseal(sealed: string, { secret, context }: { secret: string; context: string }): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(secret, context), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(-16))
  return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
}

/** HKDF-SHA-256 without salt, of the one block that a key needs (RFC 5869 section 2): half of what `hkdfSync` takes. */
export function sealingKey(secret: string, context: string): Buffer {
  const pseudorandomKey = createHmac('sha256', noSalt).update(secret).digest()
  return createHmac('sha256', pseudorandomKey).update(`menshen ${context}\x01`).digest()
}

const noSalt = Buffer.alloc(32)
