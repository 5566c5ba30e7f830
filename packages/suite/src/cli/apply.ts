import { applyDocument, planDocument } from '@menshen/auth/admin/apply'
import { reportOf } from '@menshen/auth/admin/report'
import { fillIn } from '../fill-in.ts'
import { readJsonFile } from '../read-json-file.ts'
import { type Command, first } from './command.ts'

export const apply: Command = {
  name: 'apply',
  parameters: ['FILE'],
  options: {
    'dry-run': { about: 'Shows the difference and writes nothing.' },
    env: { about: 'Puts variables of the environment into the file, see below.' },
  },
  about: 'Registers the clients, users and APIs of a JSON file; again and again without harm.',
  help: `FILE holds { "clients": [...], "users": [...], "apis": [...] }, each as \`export\` prints them.

What a client or an API leaves out gets its default, but for the secret, which stays; what a user leaves out stays as it is.
Passwords count for new users only. Nothing is deleted, and nothing is written when the file has a fault.

With --env a \${NAME} in a text of the file stands for that variable, so that the file itself holds no secret: never with a file of somebody else.`,
  examples: ['apply apps.json --dry-run', 'apply apps.json', 'apply deploy/apis.json --env'],
  json: '`[{ "kind", "name", "action", "fields" }]`: `action` is created, updated or unchanged, `fields` names what differs',

  async run(input, context) {
    const dryRun = input.flag('dry-run')
    const read = await readJsonFile(first(input))
    const document = input.flag('env') ? fillIn(read, context.env) : read
    const admin = await context.admin({ readOnly: dryRun })
    if (!dryRun && admin.config.secretsKeys.length > 0) await admin.openVault() // one that opens nothing is told before a service starts on it
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
