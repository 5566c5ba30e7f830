import { parseArgs } from 'node:util'
import { applyDocument, planDocument } from '@menshen/auth/admin/apply'
import { openAdmin } from '@menshen/auth/admin/open'
import { reportOf } from '@menshen/auth/admin/report'
import { loadAuthConfig } from '@menshen/auth/config'
import type { Env } from '@menshen/shared/config/settings'
import { type Command, UsageError } from './command.ts'
import { databaseUrlOf } from './database-urls.ts'
import { readJsonFile } from './read-json-file.ts'

/** `menshen apply FILE [--dry-run]`. */
export const apply: Command = {
  name: 'apply',
  usage: 'apply FILE [--dry-run]',
  about: 'Registers the clients, users and APIs of a JSON file; again and again without harm.',
  help: `FILE holds { "clients": [...], "users": [...], "apis": [...] }, each as in packages/suite/src/demo-clients.ts.

What a client or an API leaves out gets its default, but for the secret, which stays; what a user leaves out stays as it is.
Passwords count for new users only. Nothing is deleted, and nothing is written when the file has a fault.

  --dry-run  shows the difference and writes nothing

DATABASE_URL names the suite's databases, as for npm start (sqlite:./.data when it is not set).`,

  async run(args, env) {
    const { file, dryRun } = readArgs(args)
    const config = loadAuthConfig(authEnv(env))
    const document = await readJsonFile(file)
    const admin = await openAdmin(config, { readOnly: dryRun })
    try {
      const changes = dryRun ? await planDocument(document, admin) : await applyDocument(document, admin)
      console.log(reportOf(changes, { dryRun }))
    } finally {
      await admin.close()
    }
  },
}

function readArgs(args: readonly string[]): { file: string; dryRun: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [file, ...rest] = positionals
  if (file === undefined) throw new UsageError('FILE is missing')
  if (rest.length > 0) throw new UsageError('apply takes one FILE')
  return { file, dryRun: values['dry-run'] }
}

/** Not set stays not set: auth's own default is the suite's, and production wants to be told. */
function authEnv(env: Env): Env {
  const base = env['DATABASE_URL']
  return base ? { ...env, DATABASE_URL: databaseUrlOf(base, 'auth') } : env
}
