import { listAudit } from '@menshen/auth/admin/audit'
import type { AuditRecord } from '@menshen/auth/core/types'
import type { Command } from './command.ts'
import { listed, pageAsked, pageOptions } from './page.ts'
import { shown, timeOf } from './table.ts'

const list: Command = {
  name: 'audit list',
  options: {
    subject: { value: 'ID', about: 'Only what was done to this client_id, sub, sid, grant_id, kid, resource or token ID.' },
    ...pageOptions,
  },
  about: 'Lists what administrators did, the newest first.',
  help: 'Who did it is the user of the system, or whom MENSHEN_ACTOR names. No record holds a secret.',
  examples: ['audit list --limit 20', 'audit list --subject bookshop --json'],
  json: '`{ "items": [{ "id", "at", "actor", "action", "subject", "before", "after" }], "next": cursor or null }`, `at` in milliseconds',
  async run(input, context) {
    const asked = { ...pageAsked(input), subject: input.text('subject') }
    const page = await listAudit(asked, await context.admin({ readOnly: true }))
    return listed(page, ['at', 'actor', 'action', 'subject', 'change'], (record) => [
      timeOf(record.at),
      record.actor,
      record.action,
      record.subject,
      changeOf(record),
    ])
  },
}

/** The fields that differ. */
function changeOf({ before, after }: AuditRecord): string {
  if (before === null) return 'new'
  if (after === null) return 'gone'
  const names = Object.keys({ ...before, ...after }).filter((name) => name !== 'version')
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${name}: ${sideOf(name, before[name])} -> ${sideOf(name, after[name])}`)
    .join(', ')
}

/** What is named for a time, such as `disabledAt`, is shown as one. */
const sideOf = (name: string, value: unknown) => (name.endsWith('At') && typeof value === 'number' ? timeOf(value) : shown(value))

export const auditCommands: readonly Command[] = [list]
