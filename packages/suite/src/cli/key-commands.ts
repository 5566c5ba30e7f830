import { listKeys, rotateKey, type ShownKey } from '@menshen/auth/admin/keys'
import { signingAlgorithms } from '@menshen/auth/core/signing-keys'
import { type Command, type Input, UsageError } from './command.ts'
import { tableOf, timeOf } from './table.ts'

const keysJson =
  '`{ "keys": [{ "kid", "alg", "state", "createdAt", "signsFrom", "endsAt" }] }`: `state` is announced, signing or retained'

const told = (keys: ShownKey[]) => ({
  json: { keys },
  text: tableOf(
    ['alg', 'kid', 'state', 'signs from', 'gone after'],
    keys.map(({ alg, kid, state, signsFrom, endsAt }) => [alg, kid, state, timeOf(signsFrom), timeOf(endsAt)]),
  ),
})

const list: Command = {
  name: 'keys list',
  about: 'Lists the signing keys that are published.',
  examples: ['keys list'],
  json: keysJson,
  run: async (_input, context) => told(await listKeys(await context.admin({ readOnly: true }))),
}

const rotate: Command = {
  name: 'keys rotate',
  options: {
    alg: { value: 'ALG', about: 'RS256 or ES256; both when left out.' },
    announce: { value: 'SECONDS', about: 'How long the new key is published before it signs; 600 when left out, 10 at least.' },
    now: { about: 'The new key signs at once; those before stay until their tokens have ended.' },
    compromised: { about: 'The new key signs at once, and the keys before leave the key set: what they signed is refused.' },
  },
  about: 'Makes new signing keys: published now, signing later; those before stay until their tokens have ended.',
  help: `APIs keep the key set for up to 10 minutes and look for an unknown key every 30 seconds at most, and what lies between may keep it for 5 minutes:
hence the 600 seconds. A key is retained for the longest life of a token, a day or ID_TOKEN_TTL. Every process of auth follows within 5 seconds.

--now costs: an API that no bus tells of it (EVENTS_URL) refuses new tokens until it looks for the key, up to 30 seconds; one outside the suite as long as
it keeps the key set. Nobody has to sign in again.

--compromised is for a key that got out: everybody's access tokens are refused by auth at once, by APIs at once where a bus tells them (EVENTS_URL), else within 10 minutes; apps refresh theirs.`,
  examples: [
    'keys rotate --yes',
    'keys rotate --now --yes',
    'keys rotate --alg ES256 --announce 3600 --yes',
    'keys rotate --compromised --yes',
  ],
  json: keysJson,
  confirm: (input) =>
    input.flag('compromised') ? 'Take the current keys out and refuse all that they signed?' : 'Rotate the signing keys?',
  async run(input, context) {
    const rotation = { announce: announceOf(input), compromised: input.flag('compromised') }
    const algs = signingAlgorithms.filter((alg) => input.text('alg') === undefined || input.text('alg') === alg)
    if (algs.length === 0) throw new UsageError(`--alg must be ${signingAlgorithms.join(' or ')}`)
    const admin = await context.admin()
    for (const alg of algs) await rotateKey({ alg, ...rotation }, admin)
    return told(await listKeys(admin))
  },
}

function announceOf(input: Input): number {
  if (input.flag('now')) return 0
  const seconds = input.text('announce') ?? '600'
  if (!/^\d{1,7}$/.test(seconds) || Number(seconds) < 10) throw new UsageError('--announce must be 10 seconds or more')
  return Number(seconds)
}

export const keyCommands: readonly Command[] = [list, rotate]
