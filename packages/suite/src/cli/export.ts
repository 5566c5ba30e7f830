import { exportDocument } from '@menshen/auth/admin/export'
import type { Command } from './command.ts'

export const exportCommand: Command = {
  name: 'export',
  options: { 'no-users': { about: 'Only clients and APIs.' } },
  about: 'Prints clients, users and APIs as `apply` reads them, without secrets.',
  help: `Applied to the same database it changes nothing. For another one, add a client_secret to each client that has one and a password to each user.
What is disabled, roles, sessions and grants are not in it: for those back the database up.`,
  examples: ['export > menshen.json', 'export --no-users'],
  json: 'the same: it is JSON for people, too',
  async run(input, context) {
    const json = await exportDocument({ withUsers: !input.flag('no-users') }, await context.admin({ readOnly: true }))
    return { json, text: JSON.stringify(json, null, 2) }
  },
}
