import { applyDocument, planDocument } from '@menshen/auth/admin/apply'
import { reportOf } from '@menshen/auth/admin/report'
import { readJsonFile } from '../read-json-file.ts'
import { type Command, first } from './command.ts'

export const apply: Command = {
  name: 'apply',
  parameters: ['FILE'],
  options: { 'dry-run': { about: 'Shows the difference and writes nothing.' } },
  about: 'Registers the clients, users and APIs of a JSON file; again and again without harm.',
  help: `FILE holds { "clients": [...], "users": [...], "apis": [...] }, each as \`export\` prints them.

What a client or an API leaves out gets its default, but for the secret, which stays; what a user leaves out stays as it is.
Passwords count for new users only. Nothing is deleted, and nothing is written when the file has a fault.`,
  examples: ['apply apps.json --dry-run', 'apply apps.json'],
  json: '`[{ "kind", "name", "action", "fields" }]`: `action` is created, updated or unchanged, `fields` names what differs',

  async run(input, context) {
    const dryRun = input.flag('dry-run')
    const document = await readJsonFile(first(input))
    const admin = await context.admin({ readOnly: dryRun })
    const changes = dryRun ? await planDocument(document, admin) : await applyDocument(document, admin)
    const json = changes.map(({ kind, name, action, differences }) => ({
      kind,
      name,
      action,
      fields: differences.map(({ field }) => field),
    }))
    return { json, text: reportOf(changes, { dryRun }) }
  },
}
