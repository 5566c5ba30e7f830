import { migrateDatabase, type Schema } from '@menshen/shared/storage'
import { loadSuiteConfig } from '../config.ts'
import { databaseUrlOf, type ServiceName } from '../database-urls.ts'
import { holdFolder } from '../hold-folder.ts'
import type { Command } from './command.ts'
import { loadSchemas } from './load-schemas.ts'

interface Migrated {
  service: string
  from: number | null
  to: number
  steps: string[]
}

export const migrate: Command = {
  name: 'migrate',
  about: 'Brings the databases of all services to the tables and indexes of this release, and says what it did.',
  help: `It makes what is missing; no record is removed or changed, and what is there already is left. On MongoDB the processes of the release before go on meanwhile, and so
may another migrate; a SQLite folder must be in use by no suite. In production services don't start before it ran; elsewhere they do the same by themselves.
A database that a newer release has migrated is refused.`,
  examples: ['migrate', 'migrate --json'],
  json: '`{ "migrated": [{ "service", "from", "to", "steps" }] }`: versions (`from` is null for a new database), and what was made',
  async run(_input, { env }) {
    const { databaseUrl } = loadSuiteConfig(env)
    const letGo = await holdFolder(databaseUrl)
    try {
      const migrated: Migrated[] = []
      for (const schema of await loadSchemas()) migrated.push(await migrateOne(databaseUrl, schema))
      return { json: { migrated }, text: migrated.map(lineOf).join('\n') }
    } finally {
      letGo()
    }
  },
}

async function migrateOne(base: string, schema: Schema): Promise<Migrated> {
  const { from, to, steps } = await migrateDatabase(databaseUrlOf(base, schema.service as ServiceName), schema)
  return { service: schema.service, from: from ?? null, to, steps }
}

function lineOf({ service, from, to, steps }: Migrated): string {
  if (from === to && steps.length === 0) return `${service}: version ${to}, nothing to do`
  const head =
    from === null
      ? `${service}: made, version ${to}`
      : from === to
        ? `${service}: version ${to}, of which was missing:`
        : `${service}: from version ${from} to ${to}`
  return [head, ...steps.map((step) => `  ${step}`)].join('\n')
}
