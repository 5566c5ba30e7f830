import { endSession, listSessions } from '@menshen/auth/admin/sessions'
import { type Command, first } from './command.ts'
import { listed, pageAsked, pageOptions } from './page.ts'
import { timeOf } from './table.ts'

const sessionJson =
  '`{ "sid", "sub", "createdAt", "authenticatedAt", "amr", "client_id", "address", "userAgent", "idleUntil", "endedAt", "purgeAt", … }`'

const list: Command = {
  name: 'session list',
  parameters: ['USER'],
  options: pageOptions,
  about: 'Lists where a person is signed in, the newest first.',
  examples: ['session list alice'],
  json: `\`{ "items": [session], "next": cursor or null }\`, each ${sessionJson}`,
  async run(input, context) {
    const page = await listSessions({ ...pageAsked(input), user: first(input) }, await context.admin({ readOnly: true }))
    return listed(page, ['sid', 'signed in', 'by app', 'address', 'program'], (session) => [
      session.sid,
      timeOf(session.authenticatedAt),
      session.client_id ?? '-',
      session.address ?? '-',
      session.userAgent?.slice(0, 60) ?? '-',
    ])
  },
}

const end: Command = {
  name: 'session end',
  parameters: ['SID…'],
  about: 'Signs sessions out, as their person would.',
  help: 'What rests on them ends within 5 seconds, but for apps that may stay connected (offline_access): see `grant revoke`.',
  examples: ['session end 5c2a7a52-0a7e-4a4e-9d0a-3f5f3a9f1b11 --yes'],
  json: `\`{ "items": [session] }\`, each ${sessionJson}`,
  confirm: ({ words }) => (words.length === 1 ? 'Sign this session out?' : `Sign ${words.length} sessions out?`),
  async run({ words }, context) {
    const admin = await context.admin()
    const items = []
    for (const sid of words) items.push(await endSession(sid, admin))
    return { json: { items }, text: items.map(({ sid, endedAt }) => `${sid} ended ${timeOf(endedAt)}`).join('\n') }
  },
}

export const sessionCommands: readonly Command[] = [list, end]
