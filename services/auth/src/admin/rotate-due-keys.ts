import type { Leases } from '@menshen/shared/leases'
import { newestOf, signingAlgorithms } from '../core/signing-keys.ts'
import type { SigningAlgorithm, SigningKey } from '../core/types.ts'
import { keys } from '../stores/keys.ts'
import { type KeyDeps, rotateKey } from './keys.ts'
import { Refusal } from './refusal.ts'

interface Schedule {
  /** How long a key signs, and how long before that it is announced, in seconds. */
  keyRotationInterval: number
  keyAnnounce: number
}

/** When the next key of an algorithm is to be made, and when it is to sign then, in milliseconds; nothing while keys are rotated by hand. */
export function nextRotation(newest: SigningKey, { keyRotationInterval, keyAnnounce }: Schedule) {
  if (keyRotationInterval === 0) return undefined
  const signsFrom = (newest.signsFrom || newest.createdAt) + keyRotationInterval * 1000
  return { announcedAt: signsFrom - keyAnnounce * 1000, signsFrom }
}

/** When the next key of each algorithm is made and signs, unless somebody rotates before; none while keys are rotated by hand. */
export async function nextRotations({ database, config }: Pick<KeyDeps, 'database'> & { config: Schedule }) {
  const stored = await database.collection(keys).list({})
  return signingAlgorithms.flatMap((alg) => {
    const newest = newestOf(stored, alg)
    const next = newest && nextRotation(newest, config)
    return next ? [{ alg, ...next }] : []
  })
}

/** Makes the next key of each algorithm whose time has come: announced now, signing when the one before has signed for long enough. One process does it. */
export async function rotateDueKeys(deps: KeyDeps & { leases: Leases; config: Schedule }): Promise<void> {
  if ((await dueAlgorithms(deps)).length === 0) return
  await deps.leases.hold('key rotation', async () => {
    for (const { alg, announce } of await dueAlgorithms(deps)) await rotate(alg, announce, deps)
  })
}

async function dueAlgorithms({ database, clock, config }: KeyDeps & { config: Schedule }) {
  const stored = await database.collection(keys).list({})
  const now = clock.now()
  return signingAlgorithms.flatMap((alg) => {
    const newest = newestOf(stored, alg)
    const next = newest && (newest.signsFrom ?? 0) <= now ? nextRotation(newest, config) : undefined
    if (!next || next.announcedAt > now) return []
    return [{ alg, announce: Math.max(config.keyAnnounce, (next.signsFrom - now) / 1000) }]
  })
}

async function rotate(alg: SigningAlgorithm, announce: number, deps: KeyDeps): Promise<void> {
  try {
    await rotateKey({ alg, announce, compromised: false }, deps)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error // an administrator was quicker
  }
}
