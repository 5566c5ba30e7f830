import { type Database, insertInto, removeFrom, UniqueConflict, updateIn } from '@menshen/shared/storage'
import { generationOf, makeKey, newestOf, signingAlgorithms, signingNow } from '../core/signing-keys.ts'
import { longestAccessToken } from '../core/token-issuance.ts'
import type { SigningAlgorithm, SigningKey } from '../core/types.ts'
import { byAge, keys } from '../stores/keys.ts'
import { type Change, type CommitDeps, commitChange } from './commit-change.ts'
import type { OpenVault } from './plan.ts'
import { Refusal } from './refusal.ts'

/** A signing key as an administrator sees it: announced before it signs, retained after. */
export interface ShownKey {
  kid: string
  alg: SigningAlgorithm
  state: 'announced' | 'signing' | 'retained'
  createdAt: number
  signsFrom: number
  endsAt: number | null
}

export type KeyDeps = CommitDeps & {
  database: Database
  openVault: OpenVault
  /** Seconds. */
  config: { accessTokenTtl: number; idTokenTtl: number; keyRetain: number }
}

/** All that are published, the oldest of each algorithm first. */
export async function listKeys({ database, clock }: Pick<KeyDeps, 'database' | 'clock'>): Promise<ShownKey[]> {
  const stored = (await database.collection(keys).list({})).sort(byAge)
  const shown = (key: SigningKey): ShownKey => {
    const { kid, alg, createdAt, signsFrom = createdAt, endsAt = null } = key
    return { kid, alg, state: stateOf(key, stored, clock.now()), createdAt, signsFrom: signsFrom || createdAt, endsAt }
  }
  return signingAlgorithms.flatMap((alg) => stored.filter((key) => key.alg === alg).map(shown))
}

function stateOf(key: SigningKey, all: readonly SigningKey[], now: number): ShownKey['state'] {
  if ((key.signsFrom ?? 0) > now) return 'announced'
  return signingNow(all, key.alg, now)?.kid === key.kid ? 'signing' : 'retained'
}

export interface Rotation {
  alg: SigningAlgorithm
  /** How long the new key is published before it signs, in seconds. */
  announce: number
  /** The keys before are out of the key set at once, and what they signed is refused. */
  compromised: boolean
  /** A key that is announced already is no reason to refuse: it signs after `announce`, when it would later. */
  hastens?: boolean
}

/**
 * Makes the next key of an algorithm. It is published at once and signs after a while, when every API may know it; the one before stays published until
 * the last token that it signed has ended. Of two who rotate at once, one does. @throws Refusal.
 */
export async function rotateKey({ alg, announce, compromised, hastens }: Rotation, deps: KeyDeps): Promise<ShownKey[]> {
  const { database, clock } = deps
  const stored = (await database.collection(keys).list({})).filter((key) => key.alg === alg)
  const last = newestOf(stored, alg)
  if (!last) throw new Refusal('auth makes its first keys when it starts: there is none yet')
  const createdAt = clock.now()
  const signsFrom = compromised ? createdAt : createdAt + announce * 1000
  const planned = last.signsFrom ?? 0
  if (!compromised && planned > createdAt) {
    if (hastens) return planned > signsFrom ? hasten(last, { signsFrom, stored }, deps) : listKeys(deps)
    throw new Refusal(
      `${last.kid} is announced and signs from ${new Date(planned).toISOString()}; --now lets it sign in a moment`,
    )
  }
  const next = await makeKey({ alg, generation: generationOf(last) + 1, createdAt, signsFrom }, await deps.openVault())
  const endsAt = endOf(signsFrom, deps)
  const superseded = compromised
    ? stored.map(({ id }) => removeFrom(keys, { id }))
    : [updateIn(keys, { id: last.id, endsAt: null }, { set: { endsAt } })]
  const change: Change = {
    action: 'key.rotated',
    subject: next.kid,
    before: { alg, kid: last.kid },
    after: { alg, kid: next.kid, signsFrom, ...(compromised ? { removed: stored.map(({ kid }) => kid) } : { endsAt }) },
    operations: [insertInto(keys, next), ...superseded],
    events: [{ type: 'key.rotated', subject: next.kid, data: { alg, kid: next.kid, signsFrom } }],
  }
  return rotated(change, deps)
}

interface Hastening {
  signsFrom: number
  stored: readonly SigningKey[]
}

/** An announced key signs earlier, and the one before is gone earlier. */
async function hasten(key: SigningKey, { signsFrom, stored }: Hastening, deps: KeyDeps): Promise<ShownKey[]> {
  const { id, alg, kid, signsFrom: planned = 0 } = key
  const endsAt = endOf(signsFrom, deps)
  const before = stored.filter((each) => generationOf(each) === generationOf(key) - 1)
  const change: Change = {
    action: 'key.rotated',
    subject: kid,
    before: { alg, kid, signsFrom: planned },
    after: { alg, kid, signsFrom, ...(before.length > 0 && { endsAt }) },
    operations: [
      updateIn(keys, { id, signsFrom: planned }, { set: { signsFrom } }),
      ...before.map((each) => updateIn(keys, { id: each.id }, { set: { endsAt } })),
    ],
    events: [{ type: 'key.rotated', subject: kid, data: { alg, kid, signsFrom } }],
  }
  return rotated(change, deps)
}

async function rotated(change: Change, deps: KeyDeps): Promise<ShownKey[]> {
  if (!(await committed(change, deps))) throw new Refusal('somebody else rotated this key at the same moment')
  return listKeys(deps)
}

async function committed(change: Change, deps: KeyDeps): Promise<boolean> {
  try {
    return await commitChange(change, deps)
  } catch (error) {
    if (error instanceof UniqueConflict) return false
    throw error
  }
}

/** When a key goes after the next began to sign: what it signed must have ended. */
const endOf = (signsFrom: number, { config }: KeyDeps) =>
  signsFrom + Math.max(config.keyRetain, longestAccessToken, config.accessTokenTtl, config.idTokenTtl) * 1000
