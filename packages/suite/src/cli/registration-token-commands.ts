import {
  createRegistrationToken,
  listRegistrationTokens,
  revokeRegistrationToken,
  type ShownRegistrationToken,
} from '@menshen/auth/admin/registration-tokens'
import { type Command, first, UsageError } from './command.ts'
import { listed, pageAsked, pageOptions } from './page.ts'
import { fieldsOf, timeOf } from './table.ts'

const tokenJson = '`{ "id", "createdAt", "expiresAt", "usesLeft", "revokedAt" }`, times in milliseconds'

const create: Command = {
  name: 'registration-token create',
  options: {
    uses: { value: 'N', about: 'How many apps may be registered with it, 1 when left out, 1000 at most.' },
    'expires-in': { value: 'TIME', about: 'How long it lives: 30m, 12h or 7d, which it is when left out; 365d at most.' },
  },
  about: 'Makes an initial access token, with which an app registers itself at `/client/add`, and shows it, once.',
  help: `It is RFC 7591's (section 3): sent as \`Authorization: Bearer TOKEN\`, never in a URL. \`/client/add\` is there when COMPAT names authserver. Who did it is
in the audit as \`registration-token ID\`.`,
  examples: ['registration-token create', 'registration-token create --uses 20 --expires-in 12h'],
  json: `\`{ "registration_token", "token" }\`: ${tokenJson}; \`token\` is shown this once`,
  async run(input, context) {
    const wish = { uses: usesOf(input.text('uses') ?? '1'), lifetime: lifetimeOf(input.text('expires-in') ?? '7d') }
    const made = await createRegistrationToken(wish, await context.admin())
    return {
      json: made,
      text: `${fieldsOf(readable(made.registration_token))}\n\ntoken  ${made.token}\n\nIt is shown this once: only its hash is kept.`,
    }
  },
}

const list: Command = {
  name: 'registration-token list',
  options: pageOptions,
  about: 'Lists the initial access tokens that have not expired, the newest first.',
  examples: ['registration-token list'],
  json: `\`{ "items": [registration_token], "next": cursor or null }\`, each ${tokenJson}`,
  async run(input, context) {
    const page = await listRegistrationTokens(pageAsked(input), await context.admin({ readOnly: true }))
    return listed(page, ['id', 'created', 'expires', 'uses left', 'state'], (token) => [
      token.id,
      timeOf(token.createdAt),
      timeOf(token.expiresAt),
      String(token.usesLeft),
      stateOf(token),
    ])
  },
}

const revoke: Command = {
  name: 'registration-token revoke',
  parameters: ['ID'],
  about: 'Takes an initial access token out of force; the apps that it registered stay.',
  examples: ['registration-token revoke 5c2a7a52-0a7e-4a4e-9d0a-3f5f3a9f1b11'],
  json: tokenJson,
  async run(input, context) {
    const token = await revokeRegistrationToken(first(input), await context.admin())
    return { json: token, text: fieldsOf(readable(token)) }
  },
}

function stateOf({ revokedAt, usesLeft }: ShownRegistrationToken): string {
  if (revokedAt !== null) return 'revoked'
  return usesLeft > 0 ? 'in use' : 'used up'
}

const readable = ({ createdAt, expiresAt, revokedAt, ...token }: ShownRegistrationToken) => ({
  ...token,
  createdAt: timeOf(createdAt),
  expiresAt: timeOf(expiresAt),
  revokedAt: timeOf(revokedAt),
})

function usesOf(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 1000) throw new UsageError('--uses must be 1 to 1000')
  return Number(text)
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const longest = 365 * 86_400_000

function lifetimeOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  const lifetime = Number(number) * (units[unit] ?? 0)
  if (lifetime < 1 || lifetime > longest) throw new UsageError('--expires-in must be a time such as 30m, 12h or 7d, 365d at most')
  return lifetime
}

export const registrationTokenCommands: readonly Command[] = [create, list, revoke]
