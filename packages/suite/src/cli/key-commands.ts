import { listKeys, rotateKey, type ShownKey } from '@menshen/auth/admin/keys'
import { nextRotations } from '@menshen/auth/admin/rotate-due-keys'
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
  json: `${keysJson}, and \`next\`: \`[{ "alg", "announcedAt", "signsFrom" }]\`, empty when keys are rotated by hand`,
  async run(_input, context) {
    const admin = await context.admin({ readOnly: true })
    const { json, text } = told(await listKeys(admin))
    const next = await nextRotations(admin)
    const lines = next.map(
      ({ alg, announcedAt, signsFrom }) =>
        `The next ${alg} key is made ${timeOf(announcedAt)} and signs from ${timeOf(signsFrom)}.`,
    )
    return { json: { ...json, next }, text: [text, ...lines].join('\n') }
  },
}

const nowCosts =
  'APIs that no bus tells of it (EVENTS_URL) may refuse new tokens until they look for the key, up to 30 seconds (JWKS_COOLDOWN).'

const rotate: Command = {
  name: 'keys rotate',
  options: {
    alg: { value: 'ALG', about: 'RS256 or ES256; both when left out.' },
    announce: { value: 'SECONDS', about: 'How long the new key is published before it signs; 600 when left out, 10 at least.' },
    now: {
      about: 'The new key, or the one that is announced, signs after 5 seconds; those before stay until their tokens have ended.',
    },
    compromised: { about: 'The new key signs at once, and the keys before leave the key set: what they signed is refused.' },
  },
  about: 'Makes new signing keys: published now, signing later; those before stay until their tokens have ended.',
  help: `APIs keep the key set for up to 10 minutes and look for an unknown key every 30 seconds at most, and what lies between may keep it for 5 minutes:
hence the 600 seconds. A key is retained for the longest life of a token, a day or ID_TOKEN_TTL. Every process of auth follows within 5 seconds.

--now: ${nowCosts}
One outside the suite may do so for as long as it keeps the key set. Nobody has to sign in again.

--compromised is for a key that got out: everybody's access tokens are refused by auth at once, by APIs at once where a bus tells them (EVENTS_URL), else within 10 minutes; apps refresh theirs.`,
  examples: [
    'keys rotate --yes',
    'keys rotate --now --yes',
    'keys rotate --alg ES256 --announce 3600 --yes',
    'keys rotate --compromised --yes',
  ],
  json: keysJson,
  confirm: (input) => {
    if (input.flag('compromised')) return 'Take the current keys out and refuse all that they signed?'
    return input.flag('now') ? `Rotate the signing keys now? ${nowCosts}` : 'Rotate the signing keys?'
  },
  async run(input, context) {
    const ways = [input.flag('now'), input.flag('compromised'), input.text('announce') !== undefined]
    if (ways.filter(Boolean).length > 1) throw new UsageError('--announce, --now and --compromised do not go together')
    const rotation = { announce: announceOf(input), compromised: input.flag('compromised'), hastens: input.flag('now') }
    const algs = signingAlgorithms.filter((alg) => input.text('alg') === undefined || input.text('alg') === alg)
    if (algs.length === 0) throw new UsageError(`--alg must be ${signingAlgorithms.join(' or ')}`)
    const admin = await context.admin()
    for (const alg of algs) await rotateKey({ alg, ...rotation }, admin)
    return told(await listKeys(admin))
  },
}

/** Every process of auth publishes the key by then, in seconds: they look every three. */
const aMoment = 5

function announceOf(input: Input): number {
  if (input.flag('now')) return aMoment
  const seconds = input.text('announce') ?? '600'
  if (!/^\d{1,7}$/.test(seconds) || Number(seconds) < 10) throw new UsageError('--announce must be 10 seconds or more')
  return Number(seconds)
}

export const keyCommands: readonly Command[] = [list, rotate]
