import { existsSync } from 'node:fs'
import { systemClock } from '@menshen/shared/clock'
import { createOutbox } from '@menshen/shared/events'
import { silentLog } from '@menshen/shared/log'
import { ExpectedError } from '@menshen/shared/run-main'
import { type Database, openDatabase } from '@menshen/shared/storage'
import type { AuthConfig } from '../config.ts'
import { newSecret } from '../core/secrets.ts'
import { openPrivateJwk } from '../core/signing-keys.ts'
import { createVault, type Vault } from '../core/vault.ts'
import { createPasswordHasher } from '../passwords.ts'
import { loadSecretsKeys } from '../secrets-key.ts'
import { schema } from '../stores/index.ts'
import { keys } from '../stores/keys.ts'
import type { ApplyDeps } from './apply.ts'

type AdminConfig = Pick<
  AuthConfig,
  | 'databaseUrl'
  | 'migrates'
  | 'sqliteSynchronous'
  | 'issuer'
  | 'secretsKeys'
  | 'secretsFile'
  | 'accessTokenTtl'
  | 'idTokenTtl'
  | 'keyRotationInterval'
  | 'keyAnnounce'
  | 'keyRetain'
>

/** What the use cases of an administrator work with. */
export type AdminDeps = ApplyDeps & { config: AdminConfig; close(): Promise<void> }

/** Opens auth's database for a command, which may run beside auth; with `readOnly` a SQLite file that is not there is not made. */
export async function openAdmin(
  config: AdminConfig,
  { readOnly = false, actor = 'menshen' }: { readOnly?: boolean; actor?: string } = {},
): Promise<AdminDeps> {
  const database = await open(config, readOnly ? existingUrl(config.databaseUrl) : config.databaseUrl)
  const outbox = createOutbox({ database, bus: null, clock: systemClock, log: silentLog, source: 'menshen/auth' })
  const passwords = createPasswordHasher({ parallel: 1 })
  const openVault = () => openVaultOf(database, config, readOnly)
  return { actor, database, outbox, clock: systemClock, passwords, openVault, config, close: () => database.close() }
}

/** The vault of auth, whose signing keys it opens: what another one sealed auth could not read. */
async function openVaultOf(database: Database, config: AdminConfig, readOnly: boolean): Promise<Vault> {
  const vault = createVault(await secretsKeysOf(config, readOnly))
  for (const key of await database.collection(keys).list({})) openPrivateJwk(key, vault)
  return vault
}

/** Who only reads makes no key file; what is sealed under this key then is never stored. */
const secretsKeysOf = async (config: AdminConfig, readOnly: boolean): Promise<readonly string[]> =>
  readOnly && config.secretsKeys.length === 0 && !existsSync(config.secretsFile) ? [newSecret()] : loadSecretsKeys(config)

async function open({ sqliteSynchronous, migrates }: AdminConfig, databaseUrl: string): Promise<Database> {
  try {
    const patience = { startPatienceMs: 0 } // somebody waits for the answer
    return await openDatabase(databaseUrl, {
      ...patience,
      schema,
      migrates,
      synchronous: sqliteSynchronous,
      appName: 'menshen-cli',
    })
  } catch (error) {
    if (error instanceof ExpectedError) throw error
    throw new ExpectedError(`the database can't be opened: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

/** A database that is not there yet is an empty one. */
const existingUrl = (url: string): string =>
  url.startsWith('sqlite:') && !existsSync(url.slice('sqlite:'.length)) ? 'sqlite::memory:' : url
