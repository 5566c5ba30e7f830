import { listGrants, revokeGrant } from '@menshen/auth/admin/grants'
import { ACCESS_TOKENS_END, type Command, first } from './command.ts'
import { listed, pageAsked, pageOptions } from './page.ts'
import { timeOf } from './table.ts'

const grantJson =
  '`{ "grant_id", "client_id", "sub", "sid", "scope", "resource", "auth_time", "amr", "createdAt", "revokedAt", "revokedFor", "purgeAt", … }`'

const list: Command = {
  name: 'grant list',
  parameters: ['USER'],
  options: { all: { about: 'Also those that were revoked, as long as they are kept.' }, ...pageOptions },
  about: 'Lists what a person granted to apps, the newest first.',
  examples: ['grant list alice', 'grant list alice --all'],
  json: `\`{ "items": [grant], "next": cursor or null }\`, each ${grantJson}`,
  async run(input, context) {
    const asked = { ...pageAsked(input), user: first(input), all: input.flag('all') }
    const page = await listGrants(asked, await context.admin({ readOnly: true }))
    return listed(page, ['grant_id', 'client', 'scope', 'since', 'state'], (grant) => [
      grant.grant_id,
      grant.client_id,
      grant.scope,
      timeOf(grant.createdAt),
      grant.revokedAt === null ? 'stands' : `revoked ${timeOf(grant.revokedAt)}: ${grant.revokedFor}`,
    ])
  },
}

const revoke: Command = {
  name: 'grant revoke',
  parameters: ['GRANT_ID…'],
  about: 'Ends grants, each with all tokens of it.',
  help: `auth refuses them at once. ${ACCESS_TOKENS_END}`,
  examples: ['grant revoke 0b8c9c3e-6f0e-4c57-8a53-1a2b3c4d5e6f --yes'],
  json: `\`{ "items": [grant] }\`, each ${grantJson}`,
  confirm: ({ words }) => (words.length === 1 ? 'Revoke this grant?' : `Revoke ${words.length} grants?`),
  async run({ words }, context) {
    const admin = await context.admin()
    const items = []
    for (const grant_id of words) items.push(await revokeGrant(grant_id, admin))
    return {
      json: { items },
      text: items.map(({ grant_id, revokedAt }) => `${grant_id} revoked ${timeOf(revokedAt)}`).join('\n'),
    }
  },
}

export const grantCommands: readonly Command[] = [list, revoke]
