import { accessSync, constants } from 'node:fs'
import { Refusal } from '@menshen/auth/admin/refusal'
import type { Env } from '@menshen/shared/config/settings'
import { DatabaseUnavailable } from '@menshen/shared/storage'
import { type Agreed, type Copy, openCopy } from '@menshen/shared/storage/copy'
import { naming } from '@menshen/shared/storage/open-driver'
import { loadSuiteConfig } from '../config.ts'
import { databaseUrlOf, type ServiceName } from '../database-urls.ts'
import { holdFolder } from '../hold-folder.ts'
import type { Command } from './command.ts'
import { loadSchemas } from './load-schemas.ts'
import { tableOf } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Where to: a variable, as it may hold a password. */
const TARGET = 'TARGET_DATABASE_URL'

interface Copied extends Agreed {
  service: string
}

export const copy: Command = {
  name: 'copy',
  about: `Copies the records of all services from DATABASE_URL to the empty databases of ${TARGET}, and compares both.`,
  help: `From SQLite to MongoDB or the other way. Stop the suite first; keep its SECRETS_KEY (or \`.data/secret.key\`), which opens what is sealed on the new databases, too. Start
on them with ${TARGET} as DATABASE_URL: people stay signed in, tokens stay good. The source is not changed; what has expired stays behind. Killed or cut off, it goes on
where it was when it is run again; until it has ended, nothing starts on the target.`,
  examples: ['copy', 'copy --json'],
  json: '`{ "copied": [{ "service", "collection", "records", "digest" }] }`: the same on both sides',
  async run(_input, { env, terminal }) {
    const ends = { from: loadSuiteConfig(env).databaseUrl, to: targetOf(env) }
    requireSource(ends)
    const letGo = [await holdFolder(ends.from)]
    try {
      letGo.push(await naming(TARGET, () => holdFolder(ends.to)))
      const copied = await copyAll(await openAll(ends), terminal)
      return { json: { copied }, text: `${rows(copied)}\n\nBoth agree. Start with what ${TARGET} was as DATABASE_URL.` }
    } catch (error) {
      throw error instanceof DatabaseUnavailable
        ? new Refusal('a database went away: run it again when it is back, and it goes on where it was')
        : error
    } finally {
      for (const each of letGo) each()
    }
  },
}

function targetOf(env: Env): string {
  const to = env[TARGET]
  if (!to) throw new Refusal(`${TARGET} is not set: where to copy to, sqlite:FOLDER or mongodb://…/NAME`)
  return to
}

function requireSource({ from, to }: Record<'from' | 'to', string>): void {
  if ([from, to].includes('sqlite::memory:')) throw new Refusal('sqlite::memory: ends with its process: there is nothing to copy')
  if (from === to) throw new Refusal(`DATABASE_URL and ${TARGET} are the same`)
  if (from.startsWith('sqlite:')) requireReadable(databaseUrlOf(from, 'auth').slice('sqlite:'.length))
}

function requireReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Refusal(
      code === 'ENOENT'
        ? `there is no ${file}: DATABASE_URL must be that of the suite`
        : `${file} can't be opened by this user (${code}): run it as the one who owns it`,
    )
  }
}

/** Opens the copies of all services, or none. */
async function openAll({ from, to }: Record<'from' | 'to', string>): Promise<Copy[]> {
  const at = Date.now()
  const copies: Copy[] = []
  try {
    for (const schema of await loadSchemas()) {
      const service = schema.service as ServiceName
      const target = await naming(TARGET, async () => databaseUrlOf(to, service))
      copies.push(await openCopy({ from: databaseUrlOf(from, service), to: target, variable: TARGET, schema, at }))
    }
    return copies
  } catch (error) {
    await closeAll(copies)
    throw error
  }
}

/** A target is finished when all of its databases are: until then each start on it, and each copy of something else to it, is refused. */
async function copyAll(copies: readonly Copy[], terminal: Terminal): Promise<Copied[]> {
  try {
    if (copies.every(({ state }) => state === 'finished'))
      throw new Refusal(`everything was copied there before: start with what ${TARGET} is as DATABASE_URL`)
    for (const each of copies) await each.begin()
    for (const each of copies)
      await each.run((collection, records) => terminal.progress(`${each.service}: ${records} records of ${collection}`))
    const copied: Copied[] = []
    for (const each of copies) {
      terminal.progress(`${each.service}: comparing`)
      copied.push(...(await each.compare()).map((agreed) => ({ service: each.service, ...agreed })))
    }
    for (const each of copies) await each.finish()
    return copied
  } finally {
    terminal.progress('')
    await closeAll(copies)
  }
}

const closeAll = (copies: readonly Copy[]) => Promise.all(copies.map((each) => each.close()))

const rows = (copied: readonly Copied[]) =>
  tableOf(
    ['service', 'collection', 'records', 'digest'],
    copied.map(({ service, collection, records, digest }) => [service, collection, String(records), digest]),
  )
